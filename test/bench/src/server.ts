import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { completion, events } from "./answers.ts";
import { answerParent } from "./child.ts";
import { longStream } from "./long-stream.ts";

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error));
});
server.listen(0, "127.0.0.1");

answerParent(
  async () => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1` }),
  () => process.exit(),
);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const isChat = pathname.endsWith("/chat/completions");
  let asked = "";
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (isChat) asked += chunk;
  }
  if (!isChat) {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ bytes }));
  } else if (!asked.includes('"stream":true')) {
    response.setHeader("content-type", "application/json").end(completion);
  } else {
    response.setHeader("content-type", "text/event-stream");
    const long = searchParams.has("bytes") && {
      bytes: Number(searchParams.get("bytes")),
      contentLength: Number(searchParams.get("content")),
    };
    if (long) await longStream(response, long);
    else await shortStream(response);
  }
}

async function shortStream(response: ServerResponse): Promise<void> {
  for (const event of events) {
    response.write(event);
    // What is written in one turn goes out as one piece; a model's chunks come one by one.
    await setImmediate();
  }
  response.end();
}

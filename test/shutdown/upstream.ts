import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Streams one piece of each answer, and the rest when it is told to. */
export interface Upstream {
  readonly url: string;
  /** How many requests it has seen. */
  readonly seen: () => number;
  /** Ends the answers that are running, and from now on each as soon as it has begun. */
  finish(): void;
  close(): void;
}

export const wholeAnswer = "one two";

const piece = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({
    id: "gen-1",
    object: "chat.completion.chunk",
    model: "openai/gpt-5-mini",
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  })}\n\n`;

export async function startUpstream(): Promise<Upstream> {
  const running = new Set<ServerResponse>();
  let isHeld = true;
  let seen = 0;
  const finish = (response: ServerResponse) => {
    response.end(`${piece({ content: " two" })}${piece({}, { finish_reason: "stop" })}data: [DONE]\n\n`);
  };
  const server = createServer((request, response) => {
    seen += 1;
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(piece({ content: "one" }));
    running.add(response);
    response.on("close", () => running.delete(response));
    if (!isHeld) finish(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    seen: () => seen,
    finish: () => {
      isHeld = false;
      for (const response of running) finish(response);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openTelemetrySink, otlpLogExporter } from "../src/index.ts";
import { calm, entry } from "./support/entries.ts";

let server: Server;
afterEach(() => server.close());

/** Answers with a body that does not end before the connection does. @returns where, and how many MiB were written */
async function endless(status: number) {
  const told = { url: "", written: 0 };
  server = createServer(async (request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/x-protobuf" });
    while (!response.destroyed && told.written < 256) {
      told.written += 1;
      if (!response.write(Buffer.alloc(1 << 20)))
        await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  told.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`;
  return told;
}

test.each([
  [200, /does not speak OTLP/],
  [500, /is not well.*\(500\)/],
])(
  "of a body without end that comes with %d, no more is read than an answer can have",
  async (status, why) => {
    const told = await endless(status);
    const sink = openTelemetrySink({ exporter: otlpLogExporter({ url: told.url }) });
    await expect(sink.write([entry()], calm())).rejects.toThrow(why);
    expect(told.written).toBeLessThan(64);
  },
);

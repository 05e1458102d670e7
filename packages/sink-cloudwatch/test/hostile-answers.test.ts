import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EntriesRejected } from "@openrouter-audit/core";
import { cloudWatchSink } from "../src/index.ts";
import { calm, clientOf, logGroup, startFake } from "./support/cloud.ts";
import { SealedLog } from "./support/sealed.ts";

let server: Server;
afterAll(() => server.close());

test("a success that CloudWatch has not said acknowledges nothing", async () => {
  const answers: [status: number, body: string][] = [
    [200, ""],
    [204, ""],
    [200, "{}"],
    [200, "[]"],
    [200, '{"error":"log in first"}'],
  ];
  let answer = answers[0]!;
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer[0], { "content-type": "application/json" }).end(answer[1]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sink = cloudWatchSink({ logGroup, client: clientOf(await startFake(), { endpoint }) });
  const batch = new SealedLog().add(Date.now(), {}, {});
  for (answer of answers) {
    const failure = await sink.write(batch, calm()).catch((error: Error) => error);
    expect(failure).not.toBeInstanceOf(EntriesRejected);
    expect(String(failure)).toMatch(/requestId\. What answered does not speak as CloudWatch does/);
  }
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type AuditEntry, type AuditSink, EntriesRejected, lineOf } from "@openrouter-audit/core";
import { describeSink } from "@openrouter-audit/testing/sink";

/** Posts entries to a collector: a line for each, in batches. */
function collectorSink({ url, send = fetch }: { url: string; send?: typeof fetch }): AuditSink {
  return {
    name: "collector",
    limits: { entries: 500, bytes: 1 << 20, overheadBytes: 1 },
    async write(batch, { signal }) {
      const body = batch.map((entry) => `${lineOf(entry)}\n`).join("");
      const answer = await send(url, { method: "POST", body, signal });
      // 200 says that they are on its disk; 422 which of them it never takes, and that all others are.
      if (answer.status === 422)
        throw new EntriesRejected((await answer.json()) as { id: string; reason: string }[]);
      if (answer.status !== 200) throw new Error(`The collector answered ${answer.status}.`);
    },
  };
}

// A collector that keeps each id once.
const kept = new Map<string, string>();
const server = createServer(async (request, response) => {
  const lines = (await text(request)).split("\n").filter((line) => line !== "");
  const entries = lines.map((line): [string, AuditEntry] => [line, JSON.parse(line)]);
  const [bad, good] = [true, false].map((is) =>
    entries.filter(([line]) => line.includes('"forbidden"') === is),
  );
  for (const [line, { id }] of good!) if (!kept.has(id)) kept.set(id, line);
  response.statusCode = bad!.length > 0 ? 422 : 200;
  response.end(JSON.stringify(bad!.map(([, { id }]) => ({ id, reason: "forbidden" }))));
});
beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => server.close());

describeSink("collector", {
  open: (wire) =>
    collectorSink({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      send: (input, init) => wire(() => fetch(input, init), { signal: init!.signal! }),
    }),
  readBack: () => kept.values(),
  faults: true,
  reject: { forbidden: true },
});

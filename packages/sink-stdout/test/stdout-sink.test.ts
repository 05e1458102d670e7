import { resolve } from "node:path";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { type AuditEntry, EntriesRejected, lineOf } from "@openrouter-audit/core";
import { stdoutSink } from "@openrouter-audit/sink-stdout";
import { describeSink, type Wire } from "@openrouter-audit/testing/sink";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";

const calm = { signal: new AbortController().signal };

/** A stream as Node makes `process.stdout`: an error does not end it. */
function standardStream(take: (line: string) => Promise<void>): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, taken) => {
      take(chunk).then(() => taken(), taken);
    },
  });
  const undestroyable = stream as unknown as { _undestroy(): void };
  stream._destroy = (error, destroyed) => {
    destroyed(error);
    undestroyable._undestroy();
  };
  return stream;
}

const kept = new Map<string, string>();

function keepOnce(text: string): void {
  for (const line of text.split("\n").slice(0, -1)) {
    const { id } = JSON.parse(line) as AuditEntry;
    if (!kept.has(id)) kept.set(id, line);
  }
}

const throughWire = (wire: Wire) => standardStream((line) => wire(() => Promise.resolve(keepOnce(line))));

describeSink("stdout", {
  open: (wire) => stdoutSink({ stream: throughWire(wire) }),
  readBack: () => kept.values(),
  faults: true,
});

test("what was taken of a batch that was stopped is not written twice when it comes again", async () => {
  const lines: string[] = [];
  let release = () => {};
  const stream = standardStream(async (line) => {
    lines.push(line);
    if (lines.length === 3) await new Promise<void>((resolve) => (release = resolve));
  });
  const sink = stdoutSink({ stream });
  const batch = await sealedEntries({}, {}, {});
  const stop = new AbortController();
  const stopped = sink.write(batch, { signal: stop.signal });
  while (lines.length < 3) await new Promise(setImmediate);
  stop.abort(new Error("a write took longer than 30 s"));
  await expect(stopped).rejects.toThrow(/^The stream takes nothing: its reader has stopped reading/);
  const again = sink.write(batch, calm);
  release();
  await again;
  expect(lines).toEqual(batch.map((entry) => `${lineOf(entry)}\n`));
  await sink.write(batch.slice(0, 1), calm);
  expect(lines).toHaveLength(batch.length + 1);
});

test("what was taken before the stream failed is written again: nobody has it", async () => {
  const lines: string[] = [];
  let fails = true;
  const stream = standardStream(async (line) => {
    if (fails && lines.length === 2) throw Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    lines.push(line);
  });
  const sink = stdoutSink({ stream });
  const batch = await sealedEntries({}, {}, {});
  await expect(sink.write(batch, calm)).rejects.toThrow(
    "The stream has no reader any more (EPIPE), and this process cannot get another: start it again when the collector runs.",
  );
  fails = false;
  await sink.write(batch, calm);
  expect(lines.slice(2)).toEqual(batch.map((entry) => `${lineOf(entry)}\n`));
});

test("a line longer than the collector takes is set aside, and what a format cuts into several; all others are written", async () => {
  const lines: string[] = [];
  const stream = standardStream(async (line) => void lines.push(line));
  const [short, long, cut] = await sealedEntries({ note: "é" }, { note: "é".repeat(2000) }, { note: "cut" });
  const format = (entry: AuditEntry) =>
    entry.metadata?.note === "cut" ? "one\ntwo" : { note: entry.metadata?.note ?? "" };
  const sink = stdoutSink({ stream, format, maxLineBytes: 1024 });
  const rejected = await sink.write([long!, cut!, short!], calm).catch((error: EntriesRejected) => error);
  expect(rejected).toBeInstanceOf(EntriesRejected);
  expect((rejected as EntriesRejected).rejected).toEqual([
    { id: long!.id, reason: "its line has 4011 bytes, and maxLineBytes is 1024" },
    { id: cut!.id, reason: "its format makes more than one line of it" },
  ]);
  expect(lines).toEqual(['{"note":"é"}\n']);
});

test("a worker thread writes to the stdout that its parent gave it", async () => {
  const batch = await sealedEntries({}, {});
  const code = `
    const { workerData } = require("node:worker_threads");
    const { stdoutSink } = require(workerData.path);
    stdoutSink().write(workerData.batch, { signal: new AbortController().signal });`;
  const path = resolve("packages/sink-stdout/dist/index.js");
  const worker = new Worker(code, { eval: true, stdout: true, workerData: { path, batch } });
  expect(await text(worker.stdout)).toBe(batch.map((entry) => `${lineOf(entry)}\n`).join(""));
});

test("leaves no listener on the stream, and does not end it", async () => {
  const stream = standardStream(async () => {});
  for (let round = 0; round < 20; round += 1) {
    const sink = stdoutSink({ stream });
    await sink.write(await sealedEntries({}), calm);
    await sink.close!();
  }
  expect(stream.listenerCount("error")).toBe(0);
  expect(stream.writable).toBe(true);
});

test.each([
  [{ name: "My Logs" }, /^Option "name" of stdoutSink is not right: must be 1 to 64/],
  [{ stream: 1 }, /^Option "stream" of stdoutSink is not right: must be a writable stream/],
  [{ format: "ocsf" }, /^Option "format" of stdoutSink is not right/],
  [{ maxLineBytes: 16 }, /^Option "maxLineBytes" of stdoutSink is not right/],
  [{ steam: process.stderr }, /^There is no option "steam" of stdoutSink. The options are: stream, format/],
])("%j is refused when the sink is made", (options, message) => {
  expect(() => stdoutSink(options as never)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
  );
});

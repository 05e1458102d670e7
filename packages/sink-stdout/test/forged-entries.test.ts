import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { lineOf } from "@openrouter-audit/core";
import { stdoutSink } from "@openrouter-audit/sink-stdout";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";

const calm = { signal: new AbortController().signal };

test("whatever stands in a line, it is written: no entry fails for ever", async () => {
  const entries = await forgedEntries();
  const stream = new PassThrough();
  const written = text(stream);
  await stdoutSink({ stream }).write(entries, calm);
  stream.end();
  expect(await written).toBe(entries.map((entry) => `${lineOf(entry)}\n`).join(""));
});

test("of two lines with one place in the log, both are written, also when the write was stopped between them", async () => {
  const [real] = await sealedEntries({});
  const batch = [real!, { ...real!, user_id: "mallory" }];
  const stop = new AbortController();
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(line, _encoding, taken) {
      written.push(line);
      stop.abort(new Error("the time is up"));
      taken();
    },
  });
  const sink = stdoutSink({ stream });
  await expect(sink.write(batch, { signal: stop.signal })).rejects.toThrow();
  await sink.write(batch, calm);
  expect(written).toEqual(batch.map((entry) => `${lineOf(entry)}\n`));
});

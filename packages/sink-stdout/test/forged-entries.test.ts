import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { lineOf } from "@openrouter-audit/core";
import { stdoutSink } from "@openrouter-audit/sink-stdout";
import { forgedEntries } from "../../../test/support/forged-entries.ts";

const calm = { signal: new AbortController().signal };

test("whatever stands in a line, it is written: no entry fails for ever", async () => {
  const entries = await forgedEntries();
  const stream = new PassThrough();
  const written = text(stream);
  await stdoutSink({ stream }).write(entries, calm);
  stream.end();
  expect(await written).toBe(entries.map((entry) => `${lineOf(entry)}\n`).join(""));
});

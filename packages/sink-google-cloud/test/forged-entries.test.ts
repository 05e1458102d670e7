import { lineOf } from "@openrouter-audit/core";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { calm } from "./support/sealed.ts";
import { withFake } from "./support/with-fake.ts";

const world = withFake();

test("whatever stands in a line, Google is sent it: no entry fails for ever", async () => {
  const entries = await forgedEntries();
  const sink = googleCloudSink({ client: world.client });
  for (const entry of entries) await sink.write([entry], calm());
  await sink.write(entries, calm());
  const sent = world.fake.writes.at(-1)!.entries!;
  expect(sent.map(({ jsonPayload }) => jsonPayload!.fields!.line!.stringValue)).toEqual(entries.map(lineOf));
});

test("a format that makes nothing of an entry fails: what it was to leave out is not sent, and nothing is acknowledged", async () => {
  const [entry] = await forgedEntries();
  for (const nothing of [undefined, null, 5, () => "a text", new Date()]) {
    const sink = googleCloudSink({ client: world.client, format: () => nothing as never });
    await expect(sink.write([entry!], calm())).rejects.toThrow("The format made no text and no object");
  }
  expect(world.fake.writes).toEqual([]);
});

test("what somebody else wrote into the log of Google, as part two billion of a line, holds up nobody who reads", async () => {
  const [entry] = await forgedEntries();
  const metadata = (index: number) => ({ insertId: "x", split: { uid: "x", index, totalSplits: 2 } });
  const data = { line: lineOf(entry!) };
  const read = [2_000_000_000, -1, 0].map((index) => ({ data, metadata: metadata(index) }));
  expect(linesOf(read)).toEqual([lineOf(entry!)]);
});

import { readFileSync, writeFileSync } from "node:fs";
import { publicKeyOf } from "@openrouter-audit/core";
import * as fc from "fast-check";
import { wellFormedJson } from "../../packages/core/src/seal/canonical-json.ts";
import { formatLine } from "../../packages/core/src/seal/line.ts";
import { linesIn, newDirectory, openLog, secret } from "../../packages/core/test/support/journals.ts";
import { anHourAfter, journalFiles, setClock } from "./journals.ts";
import { bothOn } from "./standalone.ts";
import { merkleRoot } from "./tree-of-lines.ts";

import.meta.jest.setTimeout(120_000);
const key = publicKeyOf(secret);
afterEach(() => import.meta.jest.useRealTimers());

const firstDay = Date.UTC(2026, 10, 24, 12);

/** Each log is a list of commits, each commit a list of texts; the clock goes on by so many days before it. */
const commit = fc.record({
  days: fc.constantFrom(0, 0, 1),
  texts: fc.array(fc.string({ unit: "binary", maxLength: 12 }), { minLength: 1, maxLength: 4 }),
});
const logs = fc.array(fc.array(commit, { maxLength: 4 }), { minLength: 1, maxLength: 3 });

async function written(shape: readonly { days: number; texts: string[] }[][]): Promise<string> {
  const directory = newDirectory();
  let day = 0;
  const at = () => new Date(firstDay + day * 86_400_000).toISOString();
  for (const [run, commits] of shape.entries()) {
    setClock(at());
    const { log } = openLog(directory, { files: run % 2 === 0 ? "shared" : "per_process" });
    await log.flush();
    for (const { days, texts } of commits) {
      day += days;
      setClock(at());
      await Promise.all(texts.map((text) => log.record({ event_type: "test.event", metadata: { text } })));
    }
    await log.close();
  }
  return directory;
}

const change = fc.record({
  file: fc.nat(),
  position: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  difference: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(1, 0x20)),
});

test("any journal is intact, and never after any byte of it became another; two verifiers agree on why", async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.array(change, { minLength: 10, maxLength: 10 }), async (shape, changes) => {
      const directory = await written(shape);
      const now = anHourAfter(directory);
      const sound = await bothOn([directory], { key, now });
      expect(sound).toEqual({
        ours: { result: "intact", found: [] },
        theirs: { result: "intact", found: [] },
      });
      const files = journalFiles(directory);
      for (const { file, position, difference } of changes) {
        const path = files[file % files.length]!;
        const before = readFileSync(path);
        const bytes = Buffer.from(before);
        bytes[Math.floor(position * bytes.length)]! ^= difference;
        writeFileSync(path, bytes);
        const { ours, theirs } = await bothOn([directory], { key, now });
        expect(theirs).toEqual(ours);
        expect(ours.result).not.toBe("intact");
        const single = await bothOn([path], { key, now });
        expect(single.theirs).toEqual(single.ours);
        writeFileSync(path, before);
      }
    }),
    { numRuns: 15 },
  );
});

test("some of the files of a journal are judged alike: each, and all but one", async () => {
  await fc.assert(
    fc.asyncProperty(logs, async (shape) => {
      const directory = await written(shape);
      const now = anHourAfter(directory);
      const files = journalFiles(directory);
      for (const file of files) {
        const given = [[file], files.filter((other) => other !== file)].filter(({ length }) => length > 0);
        for (const paths of given) {
          const { ours, theirs } = await bothOn(paths, { key, now });
          expect(theirs).toEqual(ours);
          expect(ours.result).not.toBe("tampered");
        }
      }
    }),
    { numRuns: 25 },
  );
});

test("whatever stands in a line that anybody can make, both go on, and agree on what it is", async () => {
  const directory = await written([[{ days: 0, texts: ["text"] }]]);
  const now = anHourAfter(directory);
  const [file] = journalFiles(directory);
  const sound = readFileSync(file!);
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom({ toString: null, valueOf: null }, { length: 1 }, [[]], 2, "2", -1, 1e300),
  );
  const names = ["seal", "log_key", "delegation", "heartbeat_ms", "links", "frontier"];
  const detail = fc.oneof(strange, fc.dictionary(fc.constantFrom(...names), strange));
  const line = fc.record({
    detail,
    seq: fc.constantFrom(0, 0, 1, 3, 2 ** 53 - 1),
    log: fc.constantFrom("a/b/c", "", "\u0000", linesIn(directory).map((text) => JSON.parse(text).log)[0]),
    event_type: fc.constantFrom("audit.opened", "audit.heartbeat", "audit.closed", "audit.gap", "x"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 3 }), async (forged) => {
      const lines = forged.map((members) => {
        const times = { timestamp: "t", recorded_at: "2026-11-24T12:00:00.000Z" };
        const leaf = wellFormedJson(JSON.parse(JSON.stringify({ id: "forged", ...times, ...members })));
        return `${formatLine(leaf, merkleRoot([Buffer.from(leaf)]).toString("base64"), "")}\n`;
      });
      writeFileSync(file!, Buffer.concat([sound, Buffer.from(lines.join(""))]));
      const { ours, theirs } = await bothOn([directory], { key, now });
      expect(theirs).toEqual(ours);
      expect(ours.result).not.toBe("intact");
    }),
    { numRuns: 200 },
  );
});

import fc from "fast-check";
import { draftEntry } from "../src/entry/draft-entry.ts";
import { LineSplitter } from "../src/journal/line-splitter.ts";
import { LogSealer } from "../src/seal/log-sealer.ts";
import { EntryLines, entryLineOf } from "../src/verify/entry-line.ts";

// However a file comes in, and whichever way each of its lines is read: the lines are the same.

const sealer = new LogSealer("test");
const facts = {
  event_type: "test.event",
  service: { instance: "host/1", name: "test", version: null },
  status: "success",
  attribution: { how: "anonymous", source: null },
} as const;
const sealed = fc
  .array(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), { minLength: 1, maxLength: 4 })
  .map((all) => {
    const time = new Date();
    const drafts = all.map((metadata) =>
      draftEntry({ ...facts, timestamp: time.toISOString(), metadata: metadata as Record<string, string> }),
    );
    return Buffer.from(sealer.seal(drafts, time).lines);
  });
const foreign = fc
  .constantFrom("\n", "not an entry\n", '{"a":1}\r\n', "{}\n")
  .map((text) => Buffer.from(text));
const file = fc
  .array(fc.oneof(sealed, foreign), { minLength: 1, maxLength: 6 })
  .map((parts) => Buffer.concat(parts));

/** The pieces of a file that is read block by block, all into the same place. */
function* blocksOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  const block = Buffer.alloc(Math.max(...sizes));
  let start = 0;
  for (let turn = 0; start < bytes.length; turn += 1) {
    const end = Math.min(bytes.length, start + sizes[turn % sizes.length]!);
    bytes.copy(block, 0, start, end);
    yield block.subarray(0, end - start);
    start = end;
  }
}

function read(blocks: Iterable<Buffer>): unknown[] {
  const splitter = new LineSplitter();
  const lines = new EntryLines();
  const found: unknown[] = [];
  const add = (line: Parameters<EntryLines["read"]>[0]) => {
    const { number, ended, bytes } = line;
    const before = Buffer.from(bytes);
    const entry = lines.read(line);
    found.push({ number, ended, entry: entry && partsOf(entry) });
    expect(entry && partsOf(entry)).toEqual(partsOf(entryLineOf(before)));
    expect(bytes.equals(before)).toBe(true);
  };
  for (const block of blocks) for (const line of splitter.push(block)) add(line);
  for (const line of splitter.end()) add(line);
  return found;
}

function partsOf(line: ReturnType<typeof entryLineOf>): unknown {
  if (!line) return null;
  const { log, seq, recordedAt, eventType, canonical, leafHash, chainHash, signature, isSigned, entry } =
    line;
  return { log, seq, recordedAt, eventType, canonical, leafHash, chainHash, signature, isSigned, entry };
}

test("a file says the same in blocks of any size", () => {
  fc.assert(
    fc.property(
      file,
      fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 5 }),
      (bytes, sizes) => {
        expect(read(blocksOf(bytes, sizes))).toEqual(read([bytes]));
      },
    ),
    { numRuns: 300 },
  );
});

test("a file without a last line end says the same too", () => {
  fc.assert(
    fc.property(sealed, fc.integer({ min: 1, max: 4_000 }), (bytes, size) => {
      const cut = bytes.subarray(0, -1);
      const found = read(blocksOf(cut, [size]));
      expect(found).toEqual(read([cut]));
      expect(found.at(-1)).toMatchObject({ ended: false, entry: { eventType: "test.event" } });
    }),
    { numRuns: 100 },
  );
});

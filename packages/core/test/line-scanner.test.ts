import fc from "fast-check";
import { draftEntry } from "../src/entry/draft-entry.ts";
import type { EntryDraft, JsonObject } from "../src/entry/entry.ts";
import { entryOf } from "../src/journal/read-journal.ts";
import { canonicalJson, isCanonicalJson } from "../src/seal/canonical-json.ts";
import { CanonicalScanner } from "../src/seal/canonical-scanner.ts";
import { formatLine, parseLine } from "../src/seal/line.ts";
import { LineScanner } from "../src/seal/line-scanner.ts";
import { LogSealer } from "../src/seal/log-sealer.ts";

// The scanner is a second way to say what parseLine, entryOf and isCanonicalJson say. It may leave a line to them; it may
// never say anything else.

const room = 8;

interface Found {
  readonly log: string;
  readonly seq: number;
  readonly event_type: string;
  readonly recorded_at: string;
  readonly leaf: string;
  readonly chainHash: string;
  readonly signature: string;
}

function exactly(bytes: Buffer): Found | null {
  const line = parseLine(bytes);
  const entry = line && entryOf(bytes);
  if (!line || !entry || typeof entry.recorded_at !== "string" || !isCanonicalJson(line.leaf)) return null;
  const { log, seq, event_type, recorded_at } = entry;
  const { leaf, chainHash, signature } = line;
  return { log, seq, event_type, recorded_at, leaf: leaf.toString(), chainHash, signature };
}

/** What the scanner finds in lines that stand one behind the other, and null where it leaves it to others. */
function scanned(lines: readonly Buffer[], scanner = new LineScanner()): (Found | null)[] {
  const bytes = Buffer.concat([...lines.flatMap((line) => [line, Buffer.from("\n")]), Buffer.alloc(room)]);
  const before = Buffer.from(bytes);
  scanner.over(bytes);
  let start = 0;
  const found = lines.map((line) => {
    const end = start + line.length;
    const isEntry = scanner.scan(start, end);
    const leaf = `${bytes.toString("utf8", start, scanner.leafEnd)}}`;
    start = end + 1;
    if (!isEntry) return null;
    const { log, seq, eventType: event_type, recordedAt: recorded_at, chainHash, signature } = scanner;
    expect(scanner.isSigned).toBe(signature !== "");
    return { log, seq, event_type, recorded_at, leaf, chainHash, signature };
  });
  expect(bytes.equals(before)).toBe(true);
  return found;
}

function expectExact(lines: readonly Buffer[], scanner?: LineScanner): void {
  for (const [index, found] of scanned(lines, scanner).entries()) {
    if (found) expect(found).toEqual(exactly(lines[index]!));
  }
}

function draftWith(metadata: JsonObject, more: Partial<EntryDraft> = {}): EntryDraft {
  return draftEntry({
    event_type: "test.event",
    timestamp: "2026-11-24T09:30:00.123Z",
    service: { instance: "host/1", name: "test", version: null },
    status: "success",
    attribution: { how: "anonymous", source: null },
    metadata,
    ...more,
  });
}

const sealer = new LogSealer("test");

function linesOf(drafts: readonly EntryDraft[]): Buffer[] {
  const { lines } = sealer.seal(drafts, new Date());
  return lines
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Buffer.from(line));
}

const seal = {
  chainHash: `${"A".repeat(43)}=`,
  signature: `${"B".repeat(91)}=`,
};

/** A line that is as well-formed as its leaf. */
function lineOf(leaf: string): Buffer {
  return Buffer.from(formatLine(leaf, seal.chainHash, leaf.length % 2 === 0 ? seal.signature : ""));
}

const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc
    .tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 9 }))
    .map(([digits, e]) => digits / 10 ** e),
);
const oddText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', "\\", "\n", "\b", "\u0000", "\u001f", "\u007f", "é", "€", "\ue000", "😀", "/", "u"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    anyNumber,
    fc.string(),
    oddText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), oddText, fc.constantFrom("id", "log", "seq")), tie("value"), {
      maxKeys: 5,
    }),
  ),
}));
const anyMetadata = fc.dictionary(fc.oneof(fc.string(), oddText), anyValue, {
  maxKeys: 4,
}) as fc.Arbitrary<JsonObject>;
const anyDraft = fc
  .record({
    metadata: anyMetadata,
    cost_usd: fc.option(anyNumber),
    model: fc.option(fc.oneof(fc.string(), oddText)),
  })
  .map(({ metadata, ...more }) => draftWith(metadata, more));

/** Bytes or text put into, out of, or in place of something in a line. */
const anyEdit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constantFrom(0, 1), fc.nat(40)),
  put: fc.oneof(
    fc.constantFrom(
      "",
      " ",
      '"',
      "\\",
      ",",
      "{",
      "}",
      "[",
      "]",
      "0",
      "-",
      ".",
      "e",
      "1",
      ":",
      "\\u0041",
      "\\/",
      "\\n",
    ),
    fc.constantFrom(
      '"id":"x",',
      ',"zz":0',
      '"\\u000a"',
      "1.0",
      "1e2",
      "-0",
      "0.10",
      "null",
      "\t",
      "\r",
      "é",
      "\0",
    ),
    fc.uint8Array({ maxLength: 3 }),
    fc.string(),
  ),
});

function edited(
  line: Buffer,
  edits: readonly { at: number; removed: number; put: string | Uint8Array }[],
): Buffer {
  return edits.reduce((bytes, { at, removed, put }) => {
    const offset = Math.floor(at * bytes.length);
    const text = typeof put === "string" ? Buffer.from(put) : put;
    // A line has no LF.
    return Buffer.concat([bytes.subarray(0, offset), text, bytes.subarray(offset + removed)].map(withoutLf));
  }, line);
}

const withoutLf = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x0b : byte)));

test("every ordinary line is read, and as what it is", () => {
  const drafts = Array.from({ length: 40 }, (_, index) =>
    draftWith(
      {
        note: `a "quoted" text\nwith ${index} \\ and \u0001`,
        list: [1.5, -2, 0.000739, [], {}],
        gruß: "日本語 😀",
      },
      {
        event_type: index % 7 === 0 ? "audit.heartbeat" : "test.event",
        latency_ms: index / 8,
        model: index % 3 ? "m" : null,
      },
    ),
  );
  const lines = linesOf(drafts);
  const found = scanned(lines);
  expect(found).toEqual(lines.map(exactly));
  expect(found).not.toContain(null);
  expect(found.at(-1)?.signature).toHaveLength(92);
});

test("whatever an entry holds, what is said of its line is exact", () => {
  let left = 0;
  let all = 0;
  fc.assert(
    fc.property(fc.array(anyDraft, { minLength: 1, maxLength: 5 }), (drafts) => {
      const lines = linesOf(drafts);
      const found = scanned(lines);
      expect(found).toEqual(found.map((each, index) => each && exactly(lines[index]!)));
      all += found.length;
      left += found.filter((each) => each === null).length;
    }),
    { numRuns: 500 },
  );
  // Odd names, which an escape or the end of Unicode puts in an order that is not that of their bytes: about half of these.
  expect(left).toBeLessThan(all * 0.75);
});

test("of a line that was edited in any way, what is said is exact", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyDraft, fc.array(anyEdit, { maxLength: 2 }), fc.boolean()), {
        minLength: 1,
        maxLength: 6,
      }),
      (parts) => {
        const whole = linesOf(parts.map(([draft]) => draft));
        // The line before an edited one may be the same line, and another may come behind it.
        expectExact(
          whole.flatMap((line, index) => {
            const [, edits, kept] = parts[index]!;
            return kept ? [line, edited(line, edits)] : [edited(line, edits)];
          }),
        );
      },
    ),
    { numRuns: 3_000 },
  );
});

test("of a line that says the same in another form, what is said is exact", () => {
  const [line] = linesOf([
    draftWith({ a: 1, b: [true, "x"], c: { d: 0.5, e: "\n" } }, { cost_usd: 0.25 }),
  ]) as [Buffer];
  const leaf = parseLine(line)!.leaf.toString();
  const forms: [from: string | RegExp, to: string][] = [
    [",", ", "],
    [":", ": "],
    ['"a":1,', '"a":1,"a":1,'],
    ['"a":1,"b":[true,"x"]', '"b":[true,"x"],"a":1'],
    ['"a":1', '"a":1.0'],
    ['"a":1', '"a":01'],
    ['"a":1', '"a":1e0'],
    ['"a":1', '"a":-0'],
    ['"a":1', '"a":1.'],
    ['"a":1', '"a":-'],
    ['"a":1', '"a":9007199254740993'],
    ["0.5", ".5"],
    ["0.5", "0.50"],
    ["0.5", "0.0000005"],
    ["0.5", "0.10000000000000001"],
    ["0.5", "1e400"],
    ['"x"', '"\\u0078"'],
    ['"x"', '"\\/"'],
    ['"x"', '"\\ud800"'],
    ['"x"', '"\t"'],
    ["\\n", "\\u000a"],
    ["\\n", "\\u000A"],
    ["true", "tru"],
    ["true", "TRUE"],
    ["true", "true,"],
    ["true", ""],
    ["[true", "[[[[[[true"],
    ['{"d"', '{,"d"'],
    [/"id":"[^"]*",/, ""],
    [/"log":"[^"]*"/, '"log":null'],
    [/"seq":\d+/, '"seq":1.5'],
    [/"seq":\d+/, '"seq":-1'],
    [/"seq":\d+/, '"seq":9007199254740992'],
    [/"seq":\d+/, '"seq":"1"'],
    [/"recorded_at":"/, '"recorded_aT":"'],
    [/"timestamp":"[^"]*"/, '"timestamp":{}'],
    [/"event_type":"[^"]*",/, '"event_type":[],'],
  ];
  for (const [from, to] of forms) {
    const other = leaf.replace(from, to);
    expect(other).not.toBe(leaf);
    for (const lines of [[lineOf(other)], [line, lineOf(other), line], [lineOf(other), line]])
      expectExact(lines);
    expect(scanned([lineOf(other)])).toEqual([null]);
  }
});

test("an object that swallows the seal is not an entry", () => {
  const [line] = linesOf([draftWith({})]) as [Buffer];
  const cut = line
    .toString()
    .replace('"metadata":{}', '"metadata":{"a":1')
    .replace(/"user_id":null/, '"user_id":null');
  expect(scanned([Buffer.from(cut)])).toEqual([null]);
  expectExact([Buffer.from(cut), line, Buffer.from(`${cut}}`)]);
});

test("a name that ends another's run of bytes does not take its place", () => {
  // The same bytes as in the line before up to the middle of a number, of a name, of the seal.
  const leafWith = (end: string) =>
    `{"event_type":"e","id":"i","log":"l","recorded_at":"r","seq":12,"timestamp":"t"${end}}`;
  const ends = [
    "",
    ',"u":1',
    ',"u":12',
    ',"u":123',
    ',"u":1,"v":1',
    ',"uu":1',
    ',"u":"1"',
    `,"u":"${"é".repeat(20)}"`,
  ];
  for (const first of ends)
    for (const second of ends)
      for (const third of ends) {
        const lines = [first, second, third].map((end) => lineOf(leafWith(end)));
        expect(scanned(lines)).toEqual(lines.map(exactly));
      }
});

test("what was found in one line says nothing of the next", () => {
  const good = '{"event_type":"e","id":"i","log":"l","recorded_at":"r","seq":12,"timestamp":"t"}';
  const noId = '{"event_type":"e","log":"l","recorded_at":"r","seq":12,"timestamp":"t"}';
  const spaced = good.replace(":", ": ");
  expect(scanned([good, spaced, noId, good].map(lineOf)).map((found) => found !== null)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("a line that is not UTF-8 is not an entry, the second time as little as the first", () => {
  const leaf = '{"event_type":"e","id":"i","log":"l","recorded_at":"r","seq":12,"timestamp":"t","u":"ab"}';
  const line = lineOf(leaf);
  line[leaf.indexOf("ab")] = 0xff;
  expect(scanned([line, line, lineOf(leaf)]).map((found) => found !== null)).toEqual([false, false, true]);
});

test("a seal that is not one of today's is left to those who know more", () => {
  const [line] = linesOf([draftWith({})]) as [Buffer];
  const { leaf } = parseLine(line)!;
  for (const signature of ["AAAA", "A".repeat(92), "A".repeat(4000)]) {
    expect(scanned([Buffer.from(formatLine(leaf.toString(), seal.chainHash, signature))])).toEqual([null]);
  }
  expectExact([Buffer.from(`${line}${line}`), Buffer.from(line.toString().replace('=","', '","'))]);
});

test("a line at the very end of the bytes is left to others, and nothing is read beyond", () => {
  const [line] = linesOf([draftWith({})]) as [Buffer];
  const scanner = new LineScanner();
  for (let missing = 0; missing < room + 2; missing += 1) {
    scanner.over(Buffer.concat([line, Buffer.alloc(room)]).subarray(0, line.length + room - missing));
    expect(scanner.scan(0, line.length)).toBe(missing === 0);
  }
});

test("a scanner goes on with other bytes, of which it has seen none", () => {
  const scanner = new LineScanner();
  fc.assert(
    fc.property(
      fc.array(anyDraft, { minLength: 1, maxLength: 3 }),
      fc.array(anyEdit, { maxLength: 1 }),
      (drafts, edits) => {
        expectExact(
          linesOf(drafts).map((line) => edited(line, edits)),
          scanner,
        );
      },
    ),
  );
});

describe("a value", () => {
  const scanner = new CanonicalScanner();
  const isSure = (text: string | Uint8Array) => {
    const bytes = Buffer.from(text as string);
    scanner.over(Buffer.concat([bytes, Buffer.from('"'), Buffer.alloc(room)]));
    scanner.wide = false;
    return scanner.value(0) === bytes.length && scanner.isUtf8(0, bytes.length);
  };

  test("is sure of every number as ECMAScript writes it", () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        expect(isSure(canonicalJson(number))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test("takes no other text for a number", () => {
    const numberLike = fc.string({
      unit: fc.constantFrom(..."00001234599..--eE+"),
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(numberLike, (text) => {
        if (isSure(text)) expect(isCanonicalJson(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test("is sure of every text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), oddText), (text) => {
        if (text.isWellFormed()) expect(isSure(canonicalJson(text))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of whatever bytes is canonical only if it is", () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc
        .uint8Array({ maxLength: 12 })
        .map((inside) => Buffer.concat([Buffer.from('"'), inside, Buffer.from('"')])),
      anyValue.map((value) => JSON.stringify(value)),
      fc
        .tuple(anyValue, fc.array(anyEdit, { maxLength: 2 }))
        .map(([value, edits]) => edited(Buffer.from(JSON.stringify(value)), edits)),
    );
    fc.assert(
      fc.property(bytes, (text) => {
        if (isSure(text)) expect(isCanonicalJson(Buffer.from(text as string))).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  test("has its names in the order of UTF-16, which is not that of UTF-8", () => {
    expect(isSure('{"\ue000":1,"😀":2}')).toBe(false);
    expect(isSure('{"a":0,"é":1,"日":2}')).toBe(true);
    expect(isSure('{"é":1,"a":0}')).toBe(false);
  });

  test("of any depth is canonical only if it is", () => {
    for (const depth of [1, 31, 32, 33, 100_000]) {
      const text = "[".repeat(depth) + "]".repeat(depth);
      if (isSure(text)) expect(isCanonicalJson(Buffer.from(text))).toBe(true);
    }
    expect(isSure("[".repeat(20) + "]".repeat(20))).toBe(true);
  });
});

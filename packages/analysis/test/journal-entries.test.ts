import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entryOf } from "@openrouter-audit/core";
import fc from "fast-check";
import { temporaryDirectory } from "../../../test/support/journal.ts";
import { type EntryTable, openEntries } from "../src/index.ts";

const day = "2026-11-02";
const file = `audit_${day}.jsonl`;
const seal = `,"chain_hash":"${"A".repeat(43)}=","signature":""}`;
const sealed = (members: object | string) =>
  `${(typeof members === "string" ? members : JSON.stringify(members)).slice(0, -1)}${seal}`;
const entry = {
  id: "01a2161f-e4a4-740b-80c4-8450564035aa",
  log: "test/vm/1",
  seq: 7,
  timestamp: "2026-11-02T09:30:00.123Z",
  recorded_at: "2026-11-02T09:30:01.000Z",
  event_type: "chat_completion",
  user_id: "ada",
  cost_usd: 0.5,
  request: { id: "r", route: "/chat/:id" },
};

/** What an entry has, or what somebody made of it. */
const anyLine = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ members: fc.dictionary(fc.string(), fc.jsonValue()), change: fc.constant({}) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      members: fc.constant({}),
      change: fc.dictionary(
        fc.constantFrom("id", "log", "seq", "timestamp", "event_type", "user_id", "request", "cost_usd"),
        fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: "grapheme" }),
          fc.integer(),
          fc.double(),
          fc.constantFrom(0, -0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 9.1e15, 1e21, 1e300, null, {}, [], "", '"\\'),
        ),
      ),
    }),
  },
);

const text = anyLine.map(({ members, change }) => sealed({ ...entry, ...members, ...change }));
/** One byte of a line is another, or the line ends too soon. */
const damaged = fc
  .tuple(text, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean())
  .map(([line, at, byte, isCut]) => {
    const bytes = Buffer.from(line);
    const place = at % bytes.length;
    if (isCut) return bytes.subarray(0, place);
    bytes[place] = byte === 0x0a ? 0x20 : byte;
    return bytes;
  });
const line = fc.oneof(
  { weight: 4, arbitrary: text.map((each) => Buffer.from(each)) },
  { weight: 4, arbitrary: damaged },
  { weight: 1, arbitrary: fc.json().map((each) => Buffer.from(each)) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 40 })
      .map((each) => Buffer.from(each.map((byte) => (byte === 0x0a ? 0 : byte)))),
  },
);

/** What DuckDB takes for JSON, and JSON.parse does not: docs/reports.md, "What is read". */
const isLenient = (bytes: Buffer) => {
  const structure = bytes.toString().replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /,\s*[\]}]|nan|inf/i.test(structure);
};
/** What JSON.parse reads, and DuckDB does not: halves of characters, and bytes that are no UTF-8. */
const isHalf = (bytes: Buffer) =>
  !bytes.equals(Buffer.from(bytes.toString())) ||
  !JSON.stringify(JSON.parse(bytes.toString())).isWellFormed() ||
  /\\ud[89a-f]/i.test(bytes.toString());

async function withJournal<T>(
  bytes: Buffer,
  work: (table: EntryTable) => Promise<T>,
  name = file,
): Promise<T> {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), bytes);
  const table = await openEntries(directory);
  try {
    return await work(table);
  } finally {
    await table.close();
  }
}

async function rowsOf(table: EntryTable, columns: string) {
  const rows = [];
  for await (const row of table.ask<{ id: string | null; line: string | null }>({
    text: `select ${columns} from ${table.relation(await table.days())}`,
  }))
    rows.push(row);
  return rows;
}

test("the rows that are entries are those that core reads as entries, in their order, each line byte for byte", async () => {
  const met = { entries: 0, others: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 20, maxLength: 80, size: "max" }), async (lines) => {
      const judged = lines.filter((bytes) => {
        const isEntry = entryOf(bytes) !== null;
        return isEntry ? !isHalf(bytes) : !isLenient(bytes);
      });
      met.entries += judged.filter(entryOf).length;
      met.others += judged.filter((bytes) => !entryOf(bytes)).length;
      const bytes = Buffer.concat(judged.flatMap((each) => [each, Buffer.from("\n")]));
      await withJournal(bytes, async (table) => {
        const rows = await rowsOf(table, "id, line");
        const expected = judged.filter((each) => entryOf(each));
        expect(rows.filter(({ id }) => id !== null)).toEqual(
          expected.map((each) => ({ id: entryOf(each)!.id, line: each.toString() })),
        );
        const written = judged.filter((each) => !/^[\t-\r ]*$/.test(each.toString("latin1"))).length;
        expect(rows).toHaveLength(written);
        const snapshot = await table.snapshot({ days: [day], columns: ["id", "seq", "user_id"] });
        const { relation, unreadable } = snapshot;
        expect(await snapshot.ask({ text: `select id from ${relation} order by id collate "C"` })).toEqual(
          expected
            .map((each) => entryOf(each)!.id)
            .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
            .map((id) => ({ id })),
        );
        expect(unreadable.get(file) ?? 0).toBe(written - expected.length);
        await snapshot.close();
      });
    }),
    // With ten there were now and then fewer entries than a hundred.
    { numRuns: 16 },
  );
  expect(met.entries).toBeGreaterThan(100);
  expect(met.others).toBeGreaterThan(100);
}, 60_000);

test("an entry is told by the form of its seal where lines are read by their members too", async () => {
  const root = `${"Az09+/".repeat(8).slice(0, 43)}=`;
  const begun = root.slice(0, -1);
  const others = ["", begun, `A${root}`, `${root}=`, `${begun.slice(1)}==`, `${begun}A`, `=${root.slice(1)}`];
  const odd = ["-", "_", " ", "=", "\n", "\0", "é"].map((letter) => root.replace("9", letter));
  const signatures = ["", "AAAA", "AA==", "AAA=", "AAAAA+/=", "AA=A", "A", "=", "====", "AAA ", "AAAA\n"];
  const seals: [unknown, unknown][] = [
    ...[root, ...others, ...odd, null, 5].map((each): [unknown, unknown] => [each, ""]),
    ...[...signatures, null].map((each): [unknown, unknown] => [root, each]),
  ];
  const lines = seals.map(([chain_hash, signature], index) =>
    JSON.stringify({ ...entry, id: `id-${index}`, chain_hash, signature }),
  );
  const expected = lines.flatMap((each) => entryOf(Buffer.from(each))?.id ?? []);
  expect(expected).toHaveLength(6);
  await withJournal(Buffer.from(`${lines.join("\n")}\n`), async (table) => {
    const snapshot = await table.snapshot({ days: [day], columns: ["id"] });
    const ids = await snapshot.ask({ text: `select id from ${snapshot.relation}` });
    expect(ids.map(({ id }) => id).sort()).toEqual([...expected].sort());
    expect(snapshot.unreadable.get(file)).toBe(lines.length - expected.length);
    await snapshot.close();
  });
});

test("a member that stands there twice has its first value in a column, and its last in the entry that core makes of the line", async () => {
  const twice = sealed(`{"user_id":"ada",${JSON.stringify({ ...entry, user_id: "bob" }).slice(1)}`);
  await withJournal(Buffer.from(`${twice}\n`), async (table) => {
    expect(await rowsOf(table, "id, user_id, line")).toEqual([{ id: entry.id, user_id: "ada", line: twice }]);
    const snapshot = await table.snapshot({ days: [day], columns: ["user_id"] });
    expect(await snapshot.ask({ text: `select * from ${snapshot.relation}` })).toEqual([{ user_id: "ada" }]);
    await snapshot.close();
  });
  expect(entryOf(Buffer.from(twice))!.user_id).toBe("bob");
});

test("what is not of the type of its column is null there, in a relation as in a snapshot, also beside a damaged line", async () => {
  const odd = {
    user_id: 5,
    turn: 1.5,
    attempt: "1",
    prompt_tokens: 12.0,
    completion_tokens: true,
    cost_usd: "0.5",
    latency_ms: 1e-7,
    stream: "true",
    refused: 1,
    recorded_at: "infinity",
    request: "odd",
    policy: { zdr: true },
  };
  const expected = {
    user_id: "5",
    turn: null,
    attempt: null,
    prompt_tokens: 12,
    completion_tokens: null,
    cost_usd: null,
    latency_ms: 1e-7,
    stream: null,
    refused: null,
    recorded_at: null,
    route: null,
    zdr: true,
  };
  const columns = Object.keys(expected);
  for (const rest of ["", "{", '{"id":5}']) {
    const bytes = Buffer.from(`${sealed({ ...entry, ...odd })}\n${rest}\n`);
    await withJournal(bytes, async (table) => {
      expect((await rowsOf(table, columns.join(", ")))[0]).toEqual(expected);
      const snapshot = await table.snapshot({ days: [day], columns });
      expect(await snapshot.ask({ text: `select * from ${snapshot.relation}` })).toEqual([expected]);
      expect([...snapshot.unreadable]).toEqual(rest === "" ? [] : [[file, 1]]);
      await snapshot.close();
    });
  }
});

test.each([
  ["2026-11-02T09:30:00Z", "2026-11-02T09:30:00.000Z"],
  ["2026-11-02T09:30:00.123456Z", "2026-11-02T09:30:00.123Z"],
  ["2026-11-02T09:30:00+02:00", null],
  ["2026-11-02 09:30:00", null],
  ["2026-11-31T09:30:00Z", null],
  ["2026-11-02T24:00:00Z", null],
  ["0000-01-01T00:00:00Z", null],
  ["2026-11-02", null],
  ["infinity", null],
  ["epoch", null],
])("the time of %s is %s", async (timestamp, time) => {
  await withJournal(
    Buffer.from(`${sealed({ ...entry, timestamp, recorded_at: timestamp })}\n`),
    async (table) => {
      expect(await rowsOf(table, '"timestamp", recorded_at')).toEqual([
        { timestamp: time, recorded_at: time },
      ]);
    },
  );
});

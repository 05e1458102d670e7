import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryDirectory } from "../../../test/support/journal.ts";
import { type EntryTable, openEntries, sql } from "../src/index.ts";

const seal = `,"chain_hash":"${"A".repeat(43)}=","signature":""}`;
const lineOf = (seq: number, user_id = "ada", more = {}) =>
  `${JSON.stringify({ id: `id-${seq}`, log: "a/x/1", seq, timestamp: "2026-11-02T09:30:00.123Z", recorded_at: "2026-11-02T09:30:00.123Z", event_type: "chat_completion", user_id, ...more }).slice(0, -1)}${seal}\n`;
const linesOf = (count: number, more = {}) =>
  Array.from({ length: count }, (_, seq) => lineOf(seq, "ada", more)).join("");

function journalOf(files: Readonly<Record<string, string | Buffer>>, under = "."): string {
  const directory = join(temporaryDirectory(), under);
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

async function withTable<T>(place: string, work: (table: EntryTable) => Promise<T>): Promise<T> {
  const table = await openEntries(place);
  try {
    return await work(table);
  } finally {
    await table.close();
  }
}

async function asked(table: EntryTable, what = "id") {
  const rows = [];
  for await (const row of table.ask({ text: `select ${what} from ${table.relation(await table.days())}` }))
    rows.push(row);
  return rows;
}

async function counted(table: EntryTable) {
  const snapshot = await table.snapshot({ days: await table.days(), columns: ["id"] });
  const [row] = await snapshot.ask({ text: `select count(*) as entries from ${snapshot.relation}` });
  await snapshot.close();
  return { ...row, unreadable: Object.fromEntries(snapshot.unreadable) };
}

const unreadable = (name: string) =>
  expect.objectContaining({ code: "JOURNAL_UNREADABLE", message: expect.stringContaining(name) });
const rowsOf = (place: string) => withTable(place, (table) => asked(table));
const countsOf = (place: string) => withTable(place, counted);

test.each(["a[b]c", "a*b", "a?b", "it's", "a b", "{a,b}", "day=5", "~", "é", "$x", "100%"])(
  "a directory named %s is that directory, and no pattern",
  async (name) => {
    const directory = journalOf({ "audit_2026-11-02.jsonl": lineOf(1) }, name);
    // What a pattern would find as well.
    for (const other of ["ab", "abc", "axb"]) {
      mkdirSync(join(directory, "..", other), { recursive: true });
      writeFileSync(join(directory, "..", other, "audit_2026-11-02.jsonl"), lineOf(2));
    }
    expect(await rowsOf(directory)).toEqual([{ id: "id-1" }]);
  },
);

test("files of a day are read together: shared ones, those of processes, and archives, each line with its file and day", async () => {
  const directory = journalOf({
    "audit_2026-11-02.jsonl": lineOf(1),
    "audit_2026-11-02_01a2161f-e4a4-740b-80c4-8450564035aa.jsonl": lineOf(2),
    "audit_2026-11-03.jsonl.gz": Buffer.concat([gzipSync(lineOf(3)), gzipSync(lineOf(4))]),
    "audit_2026-11-04.jsonl": "",
    "other.jsonl": lineOf(5),
    "public-key": "x",
  });
  symlinkSync(join(directory, "other.jsonl"), join(directory, "audit_2026-11-05.jsonl"));
  await withTable(directory, async (table) => {
    expect(await table.days()).toEqual(["2026-11-02", "2026-11-03", "2026-11-04"]);
    expect(await asked(table, "id, file, day")).toEqual([
      { id: "id-1", file: "audit_2026-11-02.jsonl", day: "2026-11-02" },
      { id: "id-2", file: "audit_2026-11-02_01a2161f-e4a4-740b-80c4-8450564035aa.jsonl", day: "2026-11-02" },
      { id: "id-3", file: "audit_2026-11-03.jsonl.gz", day: "2026-11-03" },
      { id: "id-4", file: "audit_2026-11-03.jsonl.gz", day: "2026-11-03" },
    ]);
    const onlyThird = [];
    for await (const row of table.ask({ text: `select id from ${table.relation(["2026-11-03"])}` }))
      onlyThird.push(row);
    expect(onlyThird).toHaveLength(2);
  });
  const single = join(directory, "audit_2026-11-03.jsonl.gz");
  expect(await rowsOf(single)).toEqual([{ id: "id-3" }, { id: "id-4" }]);
  await expect(openEntries(join(directory, "other.jsonl"))).rejects.toEqual(unreadable("other.jsonl"));
});

test("no directory is an error that names it, and an empty one has nothing", async () => {
  const directory = temporaryDirectory();
  await expect(openEntries(join(directory, "absent"))).rejects.toEqual(unreadable("absent"));
  await withTable(directory, async (table) => {
    expect(await table.days()).toEqual([]);
    expect(await asked(table, "*")).toEqual([]);
    expect(await counted(table)).toEqual({ entries: 0, unreadable: {} });
  });
});

test("a file that vanishes, and one that may not be read, are named", async () => {
  const directory = journalOf({ "audit_2026-11-02.jsonl": lineOf(1), "audit_2026-11-03.jsonl": lineOf(2) });
  await withTable(directory, async (table) => {
    const relation = table.relation(await table.days());
    rmSync(join(directory, "audit_2026-11-03.jsonl"));
    const rows = table.ask({ text: `select id from ${relation}` });
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toEqual(unreadable("audit_2026-11-03.jsonl"));
    expect(await asked(table)).toEqual([{ id: "id-1" }]);
  });
  chmodSync(join(directory, "audit_2026-11-02.jsonl"), 0);
  // Who may do everything may read this as well.
  if (process.getuid?.() === 0) return;
  await expect(rowsOf(directory)).rejects.toEqual(unreadable("audit_2026-11-02.jsonl"));
});

test("what a file has more when it is asked again is there", async () => {
  const directory = journalOf({ "audit_2026-11-02.jsonl": lineOf(1) });
  await withTable(directory, async (table) => {
    expect(await asked(table)).toHaveLength(1);
    writeFileSync(join(directory, "audit_2026-11-02.jsonl"), lineOf(2) + lineOf(3).slice(0, 50), {
      flag: "a",
    });
    expect(await asked(table)).toEqual([{ id: "id-1" }, { id: "id-2" }, { id: null }]);
    expect(await counted(table)).toEqual({ entries: 2, unreadable: { "audit_2026-11-02.jsonl": 1 } });
  });
});

const whole = gzipSync(linesOf(5_000));
const archive = "audit_2026-11-02.jsonl.gz";
test.each([
  ["cut", whole.subarray(0, whole.length / 2)],
  ["cut before its checksum", whole.subarray(0, -8)],
  ["with a wrong checksum", Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])],
  ["that is none", Buffer.from("hello")],
  ["with something behind it", Buffer.concat([whole, Buffer.from("more")])],
  ["that unpacks to far more than a journal", gzipSync(Buffer.alloc(100 << 20))],
])("an archive %s is an error that names it", async (_, bytes) => {
  const directory = journalOf({ [archive]: bytes, "audit_2026-11-03.jsonl": lineOf(1) });
  await expect(rowsOf(directory)).rejects.toEqual(unreadable(archive));
  await expect(countsOf(directory)).rejects.toEqual(unreadable(archive));
});

test("an archive without a byte is empty, as a file is, and hides nothing of the file beside it", async () => {
  const directory = journalOf({ [archive]: Buffer.alloc(0), "audit_2026-11-02.jsonl": lineOf(1) });
  expect(await rowsOf(directory)).toEqual([{ id: "id-1" }]);
  expect(await countsOf(directory)).toEqual({ entries: 1, unreadable: {} });
  rmSync(join(directory, "audit_2026-11-02.jsonl"));
  expect(await rowsOf(directory)).toEqual([]);
  expect(await countsOf(directory)).toEqual({ entries: 0, unreadable: {} });
});

test.each([
  [16, "audit_2026-11-02.jsonl"],
  [16, archive],
  [40, "audit_2026-11-02.jsonl"],
  [40, archive],
])(
  "a line of %i MiB is none of ours: in %s it is counted, and those around it are read",
  async (size, name) => {
    const long = lineOf(2, "ada", { error_message: "x".repeat(size << 20) });
    const content = lineOf(1) + long + lineOf(3);
    const directory = journalOf({ [name]: name === archive ? gzipSync(content, { level: 1 }) : content });
    expect(await countsOf(directory)).toEqual({ entries: 2, unreadable: { [name]: 1 } });
    expect((await rowsOf(directory)).map(({ id }) => id)).toEqual(["id-1", null, "id-3"]);
    const { rows } = await sql(directory, "select id from lines");
    const ids = [];
    for await (const [id] of rows) ids.push(id);
    expect(ids).toEqual(["id-1", null, "id-3"]);
  },
);

test("a file that is cut, and one that is removed, while a question goes on is said, and not answered with less", async () => {
  const [first, second] = ["audit_2026-11-02.jsonl", "audit_2026-11-03.jsonl"] as const;
  const directory = journalOf({ [first]: linesOf(5), [second]: linesOf(5) });
  await withTable(directory, async (table) => {
    const days = await table.days();
    const rows = table.ask({ text: `select id from ${table.relation(days)}` });
    const { value } = await rows[Symbol.asyncIterator]().next();
    expect(value).toEqual({ id: "id-0" });
    truncateSync(join(directory, second), 20);
    const taken = (async () => {
      for await (const _ of rows);
    })();
    await expect(taken).rejects.toEqual(unreadable("it was cut while it was read"));
    // Compressed meanwhile, it is there.
    rmSync(join(directory, first));
    writeFileSync(join(directory, `${first}.gz`), gzipSync(linesOf(5)));
    expect(table.relation(days)).toEqual(expect.any(String));
    rmSync(join(directory, second));
    expect(() => table.relation(days)).toThrow(unreadable(second));
    await expect(table.snapshot({ days, columns: ["id"] })).rejects.toEqual(unreadable(second));
    // What is asked for anew is of what there is.
    expect(await asked(table)).toHaveLength(5);
  });
  const { rows } = await sql(directory, "select id from lines");
  truncateSync(join(directory, `${first}.gz`), 20);
  const taken = (async () => {
    for await (const _ of rows);
  })();
  await expect(taken).rejects.toEqual(unreadable("it was cut while it was read"));
});

test("a damaged line is counted for its file, and all others are read", async () => {
  const damage = '{"id":"a","seq":\n\0\0\0\n5\nnull\n"text"\n[]\n{}\n\ufffd\n';
  const directory = journalOf({
    "audit_2026-11-02.jsonl": linesOf(3) + damage + linesOf(2),
    "audit_2026-11-03.jsonl.gz": gzipSync(linesOf(4)),
    "audit_2026-11-04.jsonl.gz": gzipSync(`${linesOf(1)}{`),
    "audit_2026-11-05.jsonl": lineOf(1.5),
  });
  const expected = {
    "audit_2026-11-02.jsonl": 8,
    "audit_2026-11-04.jsonl.gz": 1,
    "audit_2026-11-05.jsonl": 1,
  };
  expect(await countsOf(directory)).toEqual({ entries: 10, unreadable: expected });
  expect((await rowsOf(directory)).filter(({ id }) => id === null)).toHaveLength(10);
});

test("a snapshot keeps what it is asked to keep, and only that", async () => {
  const directory = journalOf({
    "audit_2026-11-02.jsonl": `${lineOf(1)}{\n${lineOf(2, "bob")}${lineOf(3, "bob", { event_type: "audit.gap", detail: { count: 3 } })}`,
  });
  for (const damage of ["", "{\n"]) {
    writeFileSync(join(directory, "audit_2026-11-02.jsonl"), damage, { flag: "a" });
    await withTable(directory, async (table) => {
      const progress: number[] = [];
      const snapshot = await table.snapshot({
        days: ["2026-11-02"],
        columns: ["seq", "event_type"],
        computed: {
          detail: `case when event_type like 'audit.%' then cast(entry->>'detail' as varchar) end`,
        },
        where: { text: "user_id = $1", values: ["bob"] },
        onProgress: ({ bytes, totalBytes }) => progress.push(bytes / totalBytes),
      });
      expect(await snapshot.ask({ text: `select * from ${snapshot.relation} order by seq` })).toEqual([
        { seq: 2, event_type: "chat_completion", detail: null },
        { seq: 3, event_type: "audit.gap", detail: '{"count":3}' },
      ]);
      const kept = await snapshot.keep(`select seq + 1 as next from ${snapshot.relation}`);
      expect(await snapshot.ask({ text: `select max(next) as next from ${kept}` })).toEqual([{ next: 4 }]);
      expect(snapshot.unreadable.get("audit_2026-11-02.jsonl")).toBe(damage === "" ? 1 : 2);
      expect(progress.at(-1)).toBe(1);
      await snapshot.close();
    });
  }
});

test("the first row comes before the rest is read, rows keep their order, and who has enough stops the reading", async () => {
  // More than the engine reads at once.
  const directory = journalOf({
    "audit_2026-11-02.jsonl": linesOf(45_000, { error_message: "x".repeat(750) }),
    "audit_2026-11-03.jsonl": linesOf(1_000),
  });
  await withTable(directory, async (table) => {
    const relation = table.relation(await table.days());
    const seqs: unknown[] = [];
    for await (const { seq } of table.ask({ text: `select seq, line from ${relation}` })) {
      seqs.push(seq);
      // Reading is ahead by little: what is written to the end of the file is too late for a reading that was over.
      if (seqs.length === 40_000) break;
    }
    expect(seqs).toEqual(Array.from({ length: 40_000 }, (_, seq) => seq));
    const abort = new AbortController();
    const rows = table.ask({ text: `select seq from ${relation}` }, abort.signal)[Symbol.asyncIterator]();
    await rows.next();
    abort.abort(new Error("enough"));
    await expect(rows.next()).rejects.toThrow("enough");
    // Nothing of it is left that would stand in the way of the next.
    expect(await asked(table, "count(*) as n")).toEqual([{ n: 46_000 }]);
    const late = new AbortController();
    const taken = table.snapshot({ days: await table.days(), columns: ["id"], signal: late.signal });
    late.abort(new Error("late"));
    await expect(taken).rejects.toThrow("late");
  });
});

test("what the engine writes is private, and gone at the end, also after an error", async () => {
  const own = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`openrouter-audit-engine-${process.pid}-`));
  const directory = journalOf({ "audit_2026-11-02.jsonl": linesOf(10) });
  const before = own();
  const table = await openEntries(directory);
  expect(own()).toHaveLength(before.length + 1);
  await expect(asked(table, "no_such_column")).rejects.toThrow("no_such_column");
  await table.close();
  expect(own()).toEqual(before);
  expect(existsSync(directory)).toBe(true);
});

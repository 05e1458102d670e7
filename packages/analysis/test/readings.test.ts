import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActEnd, type AuditAct, AuditError, AuditLog, type ReadingLog } from "@openrouter-audit/core";
import { openEntries, query, queryPage, recordedIn, report, sql, writeLake } from "../src/index.ts";

const home = mkdtempSync(join(tmpdir(), "openrouter-audit-readings-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const secret = "a secret that only these tests know, long enough";
const journal = join(home, "journal");

beforeAll(async () => {
  const audit = new AuditLog({ directory: journal, secret });
  for (const user_id of ["ada", "grace", "ada"])
    await audit.record({ event_type: "answer.approved", user_id });
  await audit.close();
});

/** A log that only remembers, and what it was told. */
function memory() {
  const told: { readonly act: AuditAct; end?: ActEnd }[] = [];
  const log: ReadingLog = {
    recordAct: async (act) => {
      const one: (typeof told)[number] = { act };
      told.push(one);
      // As a log does: the first end counts.
      return { id: String(told.length), ended: async (end) => void (one.end ?? Object.assign(one, { end })) };
    },
  };
  return { log, told };
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

test("a search says before its first row what is searched for, and at its end how many rows were taken", async () => {
  const { log, told } = memory();
  const since = new Date("2026-01-01");
  const rows = query(journal, { since, match: { user_id: "ada" } }, { readings: log, limit: 9 });
  // Nobody has asked for a row yet.
  expect(told).toEqual([]);
  const first = await rows.next();
  expect(first.value).toMatchObject({ user_id: "ada" });
  const parameters = { since, match: { user_id: "ada" }, limit: 9 };
  expect(told).toEqual([{ act: { act: "read", doing: "query", source: journal, parameters } }]);
  expect(await all(rows)).toHaveLength(1);
  expect(told[0]!.end).toEqual({ outcome: "complete", rows: 2 });
});

test("who takes no more was served so many, and is not said to have seen all", async () => {
  const { log, told } = memory();
  for await (const _row of query(journal, {}, { readings: log })) break;
  expect(told[0]!.end).toEqual({ outcome: "stopped", rows: 1 });
});

test("a search that fails has failed, and the error is the caller's", async () => {
  const { log, told } = memory();
  await expect(all(query(journal, {}, { readings: log, order: "nothing" }))).rejects.toThrow(AuditError);
  expect(told[0]!.end).toEqual({ outcome: "failed", rows: 0, error: expect.any(AuditError) });
});

test("who looks for one entry, and at what stands around it, reads once", async () => {
  const { log, told } = memory();
  const table = await openEntries(journal);
  const [{ value: entry }] = [await query(table).next()];
  expect(await recordedIn(log).lookUp(table, entry!.id)).toMatchObject({ found: { entry } });
  await table.close();
  const act = { act: "read", doing: "show", source: journal, parameters: { id: entry!.id } };
  expect(told).toEqual([{ act, end: { outcome: "complete", rows: 1 } }]);
});

test("pages, reports and lakes are readings too, of a place or of a table that is open", async () => {
  const { log, told } = memory();
  const table = await openEntries(journal);
  const { next } = await queryPage(table, {}, { readings: log, limit: 2 });
  await report(table, { readings: log, expect: { zdr: true }, verify: {} });
  await table.close();
  await writeLake(journal, join(home, "lake"), { readings: log });
  expect(next).toEqual(expect.any(String));
  expect(told).toEqual([
    {
      act: { act: "read", doing: "query", source: journal, parameters: { limit: 2 } },
      end: { outcome: "complete", rows: 2 },
    },
    {
      act: {
        act: "read",
        doing: "report",
        source: journal,
        parameters: { expect: { zdr: true }, verify: true },
      },
      end: { outcome: "complete" },
    },
    {
      act: { act: "read", doing: "lake", source: journal, parameters: { out: join(home, "lake") } },
      end: { outcome: "complete" },
    },
  ]);
});

describe("a statement", () => {
  const text =
    "select user_id from entries where user_id is not null and event_type = 'answer.approved' order by 1";
  const act = { act: "read", doing: "sql", source: journal, parameters: { statement: text } };

  test("is recorded with its text, and over when its rows are", async () => {
    const { log, told } = memory();
    const { rows } = await sql(journal, text, { readings: log });
    expect(told).toEqual([{ act }]);
    expect(await all(rows)).toEqual([["ada"], ["ada"], ["grace"]]);
    expect(told).toEqual([{ act, end: { outcome: "complete", rows: 3 } }]);
  });

  test("was stopped when it is closed before", async () => {
    const { log, told } = memory();
    const answer = await sql(journal, text, { readings: log });
    for await (const _row of answer.rows) break;
    await answer.close();
    expect(told.map(({ end }) => end)).toEqual([{ outcome: "stopped", rows: 1 }]);
    await (await sql(journal, text, { readings: log })).close();
    expect(told[1]!.end).toEqual({ outcome: "stopped", rows: 0 });
  });

  test("that is wrong has failed", async () => {
    const { log, told } = memory();
    await expect(sql(journal, "delete from entries", { readings: log })).rejects.toThrow(AuditError);
    expect(told[0]!.end).toEqual({ outcome: "failed", rows: 0, error: expect.any(AuditError) });
  });
});

test("what cannot be recorded is not answered", async () => {
  const refusal = new AuditError("JOURNAL_UNWRITABLE", "The disk is full.");
  const readings: ReadingLog = { recordAct: () => Promise.reject(refusal) };
  const { query, queryPage, report, sql, writeLake } = recordedIn(readings);
  const lake = join(home, "no-lake");
  await expect(all(query("/nowhere"))).rejects.toBe(refusal);
  await expect(queryPage("/nowhere")).rejects.toBe(refusal);
  await expect(report("/nowhere")).rejects.toBe(refusal);
  await expect(sql("/nowhere", "select 1")).rejects.toBe(refusal);
  await expect(writeLake(journal, lake)).rejects.toBe(refusal);
  expect(readdirSync(home)).not.toContain("no-lake");
});

test("an audit log is such a log, and knows whose request it was", async () => {
  const directory = join(home, "readings");
  const audit = new AuditLog({ directory, secret });
  await audit.run({ userId: "auditor" }, () => all(query(journal, {}, { readings: audit })));
  await audit.close();
  const [file] = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
  const entries = readFileSync(join(directory, file!), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ event_type, user_id }) => `${event_type} ${user_id}`)).toEqual([
    "audit.opened system",
    "audit.read auditor",
    "audit.read auditor",
    "audit.closed system",
  ]);
  expect(entries[2].detail).toMatchObject({ doing: "query", source: journal, outcome: "complete", rows: 3 });
});

test("every question that the package exports is recorded", async () => {
  const exported = await import("../src/index.ts");
  // What is no question: it opens, renders, describes, or says how.
  const others = [
    "describedCalls",
    "describedColumns",
    "entryColumns",
    "entryMatcher",
    "isLake",
    "lakeSource",
    "memberType",
    "openEntries",
    "recordedIn",
    "reportCsv",
    "reportHtml",
    "reportMarkdown",
  ];
  const questions = Object.keys(exported).filter((name) => !others.includes(name));
  expect(questions.sort()).toEqual(Object.keys(recordedIn(memory().log)).sort());
});

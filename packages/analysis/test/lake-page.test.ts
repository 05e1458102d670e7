import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { entryColumns, report, writeLake } from "@openrouter-audit/analysis";
import { newDirectory } from "../../core/test/support/journals.ts";

const page = readFileSync(new URL("../../../docs/lake.md", import.meta.url), "utf8");

/** The first SQL under a heading. */
function sqlUnder(heading: string): string {
  return /```sql\n([\s\S]*?)```/.exec(page.slice(page.indexOf(`\n${heading}\n`)))![1]!;
}

/** A line as one is sealed, as far as its form goes. */
function line(seq: number, members: object): string {
  const entry = {
    id: `id-${seq}`,
    log: "a log",
    seq,
    timestamp: "2026-11-24T10:00:00.000Z",
    recorded_at: `2026-11-24T10:00:${String(seq).padStart(2, "0")}.000Z`,
    event_type: "chat_completion",
    status: "success",
    model: "a/model",
    cost_usd: 0.5,
    chain_hash: `${"A".repeat(43)}=`,
    signature: "",
  };
  const { chain_hash, signature, ...rest } = { ...entry, ...members };
  return `${JSON.stringify({ ...rest, chain_hash, signature })}\n`;
}

test("the statements of the page for DuckDB run, and count calls as a report does", async () => {
  const journal = newDirectory();
  const presumed = { status: "unknown", error_type: "process_ended", cost_usd: null };
  const lines = [
    line(0, {}),
    line(1, { id: "id-0" }),
    line(2, { exchange_id: "x", ...presumed }),
    line(3, { exchange_id: "x" }),
    line(4, { exchange_id: "y", ...presumed, event_type: "video" }),
    line(5, { exchange_id: "y", event_type: "call_started", status: "unknown" }),
    ...[6, 7].map((seq) => line(seq, { event_type: "video_status", generation_id: "a job", cost_usd: 2 })),
    ...[8, 9].map((seq) => line(seq, { event_type: "video_status", cost_usd: 2 ** (seq - 6) })),
    line(10, { event_type: "call_refused", status: "error", cost_usd: null }),
    line(11, { event_type: "answer.approved" }),
    "no entry\n",
  ];
  writeFileSync(join(journal, "audit_2026-11-24.jsonl"), lines.join(""));
  const lake = join(newDirectory(), "lake");
  await writeLake(journal, lake);
  const engine = await DuckDBInstance.create();
  const connection = await engine.connect();
  const [view, question] = sqlUnder("### DuckDB").replace("'lake/", `'${lake}/`).split(";\n");
  await connection.run(view!);
  await connection.run(sqlUnder("## Each id once, and the real end"));
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  expect(await rows("select seq::int as seq, counted_cost_usd as cost from calls order by seq")).toEqual([
    { seq: 0, cost: 0.5 },
    { seq: 3, cost: 0.5 },
    { seq: 4, cost: null },
    { seq: 6, cost: 2 },
    { seq: 7, cost: null },
    { seq: 8, cost: 4 },
    { seq: 9, cost: 8 },
  ]);
  const asked = await rows(question!);
  expect(asked).toEqual([{ model: "a/model", n: "7", cost: 15 }]);
  const { totals } = await report(lake);
  expect(asked).toMatchObject([{ n: String(totals.calls), cost: totals.cost_usd }]);
  connection.closeSync();
  engine.closeSync();
});

test.each([
  [
    "### Trino",
    { text: "varchar", integer: "bigint", number: "double", boolean: "boolean", time: "timestamp(6)" },
  ],
  [
    "### Athena",
    { text: "string", integer: "bigint", number: "double", boolean: "boolean", time: "timestamp" },
  ],
])("%s is told every column in its order", (heading, types) => {
  const list = sqlUnder(heading)
    .split("entries (\n")[1]!
    .split(/\n\)|,\n {2}day/)[0]!;
  const columns = list.split(",").map((each) => each.trim().replace(/[`"]/g, ""));
  expect(columns.slice(0, -3)).toEqual(entryColumns.map(({ name, type }) => `${name} ${types[type]}`));
  expect(columns.slice(-3).map((each) => each.split(" ")[0])).toEqual(["line_number", "line", "line_bytes"]);
});

test("the page has every column", () => {
  const table = page.slice(page.indexOf("## Columns"), page.indexOf("**An entry**"));
  const named = [...table.matchAll(/`([a-z_]+)`(?: \(`[a-z_.]+`\))?(?=[,| ])/g)].map(([, name]) => name);
  for (const { name } of entryColumns) expect(named).toContain(name);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "./world.ts";

/** The lines of each UTC day, in the order of a file. */
export type Days = ReadonlyMap<string, readonly string[]>;

/** The table, filled anew by the role that may only add. */
export async function fill(world: World, days: Days): Promise<void> {
  await empty(world);
  const lines = [...days.values()].flat();
  await world.as("app", async (client) => {
    const { rows } = await client.query("select * from openrouter_audit.entries_append($1::text[])", [lines]);
    expect(rows).toEqual([]);
  });
}

export async function empty(world: World): Promise<void> {
  await tamper(world, "delete from openrouter_audit.entries");
}

/** A change by a superuser, who turns the triggers off before. */
export async function tamper(world: World, statement: string, values: unknown[] = []): Promise<void> {
  const guarded = await world.sql<{ name: string }>(
    "select tgrelid::regclass::text as name from pg_trigger where tgname = 'append_only' and tgenabled <> 'D'",
  );
  for (const { name } of guarded) await world.sql(`alter table ${name} disable trigger append_only`);
  await world.sql(statement, values);
}

/** What the table has of each day, by the place that the columns say: a log never goes back to an earlier day. */
export async function linesInTable(world: World): Promise<Days> {
  const rows = await world.sql<{ day: string; line: string }>(
    `select to_char(max(day) over (partition by log order by seq), 'YYYY-MM-DD') as day, line
     from openrouter_audit.entries order by 1, log, seq`,
  );
  const days = new Map<string, string[]>();
  for (const { day, line } of rows) days.set(day, [...(days.get(day) ?? []), line]);
  return days;
}

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The same lines as a journal directory. */
export function filed(days: Days): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-filed-"));
  made.push(directory);
  for (const [day, lines] of days)
    writeFileSync(join(directory, `audit_${day}.jsonl`), lines.map((line) => `${line}\n`).join(""));
  return directory;
}

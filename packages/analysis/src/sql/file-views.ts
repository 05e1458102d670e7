import { statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { FileRows } from "../entries/entry-table.ts";
import { type AskedPeriod, isInPeriod } from "./period-sql.ts";
import type { SqlOptions } from "./sql.ts";

interface Views {
  /** Whether `entries` is asked: only then is it found out what stands there twice. */
  readonly isAsked: boolean;
  readonly period: AskedPeriod;
  readonly onProgress?: SqlOptions["onProgress"];
}

const isPresumed = "coalesce(status = 'unknown' and error_type = 'process_ended', false)";

/**
 * Makes the views `lines` and `entries`. Before the first question the files are read once, for a few members of each line: what
 * stands there twice, and which ends are belied, is in a list that is nearly always empty. Then `entries` are the lines, and cost nothing
 * more.
 *
 * @returns how many lines are no entries; null when `entries` is not asked
 */
export async function makeViews(
  connection: DuckDBConnection,
  rows: FileRows,
  { isAsked, period, onProgress }: Views,
): Promise<number | null> {
  await connection.run(`create view all_lines as ${rows.select}`);
  await connection.run(`create view lines as select * from all_lines where ${isInPeriod(period)}`);
  if (!isAsked) {
    await connection.run("create view entries as select * from lines where id is not null");
    return null;
  }
  await reading(connection, rows.paths, onProgress, () =>
    connection.run(`create table places as select hash(id) as key, case when ${isPresumed} then hash(exchange_id) end as presumed,
      case when event_type <> 'call_started' and not ${isPresumed} then hash(exchange_id) end as ended, id is null as unreadable from all_lines`),
  );
  await connection.run(`create table twice as select key from places where not unreadable group by key having count(*) > 1;
    create table belied as select presumed as exchange from places where presumed in (select ended from places where ended is not null)`);
  const [unreadable, others] = await counts(
    connection,
    "select (select count(*) from places where unreadable), (select count(*) from twice) + (select count(*) from belied)",
  );
  await connection.run("drop table places");
  if (others === 0) await connection.run("create view entries as select * from lines where id is not null");
  else await reading(connection, rows.paths, onProgress, () => connection.run(eachOnce(isInPeriod(period))));
  await connection.run("drop table twice; drop table belied");
  return unreadable!;
}

/** The rows that may stand for another are copied, and what counts of them takes the place of all of them. Hashes only find them. */
const eachOnce = (isWanted: string) => `
create table touched as select * from all_lines where id is not null
  and (hash(id) in (select key from twice) or hash(exchange_id) in (select exchange from belied));
create table counting as select * exclude (occurrence) from (
  select *, row_number() over (partition by id order by recorded_at nulls last, log collate "C", seq) as occurrence from touched
) where occurrence = 1;
delete from counting where ${isPresumed} and exchange_id in (
  select exchange_id from counting where event_type <> 'call_started' and not ${isPresumed});
create table touched_ids as select distinct id from touched;
drop table touched;
create view entries as
  select * from lines where id is not null and id not in (select id from touched_ids)
  union all select * from counting where ${isWanted};`;

async function counts(connection: DuckDBConnection, text: string): Promise<number[]> {
  const [row] = await (await connection.runAndReadAll(text)).getRows();
  return row!.map(Number);
}

/** How often to look how far it is. */
const lookMs = 100;

async function reading(
  connection: DuckDBConnection,
  paths: readonly string[],
  onProgress: SqlOptions["onProgress"],
  work: () => Promise<unknown>,
): Promise<void> {
  const totalBytes = paths.reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  await connection.run("set enable_progress_bar = true; set enable_progress_bar_print = false");
  const timer = setInterval(() => {
    const part = Math.max(0, connection.progress.percentage) / 100;
    onProgress?.({ bytes: Math.round(totalBytes * part), totalBytes });
  }, lookMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

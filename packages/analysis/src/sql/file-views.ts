import type { DuckDBConnection } from "@duckdb/node-api";
import type { EntryTable } from "../entries/entry-table.ts";
import { logOrder } from "../entries/log-order.ts";
import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { callsView } from "./calls-view.ts";
import { type AskedPeriod, isInPeriod } from "./period-sql.ts";
import type { SqlOptions } from "./sql-options.ts";
import { pollColumns, toldJobs } from "./told-jobs.ts";

/** What has to be known before `entries` can be told from the lines. */
export interface Repeats {
  /** Lines that are no entries. */
  readonly unreadable: number;
  /** Hashes of ids that stand there more than once, and of exchanges whose presumed end is belied. They only find the rows. */
  readonly ids: readonly string[];
  readonly exchanges: readonly string[];
  /** Of jobs that were polled, which poll tells the cost: {@link toldJobs}. Empty where `calls` is not asked. */
  readonly told: readonly string[];
}

/**
 * Reads the files once, for a few members of each line: what stands there twice, and which ends are belied. Nearly always nothing
 * is, and then `entries` are the lines, and cost nothing more.
 *
 * @param jobs whether to find out which polls tell the cost of their job
 */
export async function findRepeats(
  table: EntryTable,
  days: readonly string[],
  { signal, onProgress, since, until }: SqlOptions,
  jobs: boolean,
): Promise<Repeats> {
  const snapshot = await table.snapshot({
    days,
    columns: [],
    computed: {
      key: "hash(id)",
      presumed: `case when ${isPresumedEnd()} then hash(exchange_id) end`,
      ended: `case when ${isRealEnd()} then hash(exchange_id) end`,
      ...(jobs && pollColumns),
    },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  try {
    const rows = snapshot.relation;
    const ask = async (text: string) =>
      (await snapshot.ask<{ hash: string }>({ text })).map(({ hash }) => hash);
    return {
      unreadable: [...snapshot.unreadable.values()].reduce((sum, lines) => sum + lines, 0),
      ids: await ask(
        `select cast(key as varchar) as hash from ${rows} as entries group by key having count(*) > 1`,
      ),
      exchanges: await ask(
        `select distinct cast(presumed as varchar) as hash from ${rows} as entries where presumed in (
          select ended from ${rows} as ends where ended is not null)`,
      ),
      told: jobs ? await toldJobs(snapshot, { since, until }) : [],
    };
  } finally {
    await snapshot.close();
  }
}

/**
 * Makes the views `lines`, `entries` and `calls` of rows.
 *
 * @param all a SELECT of the same rows, quick for all of its columns
 */
export async function makeViews(
  connection: DuckDBConnection,
  {
    select,
    all,
    period,
    repeats,
  }: {
    readonly select: string;
    readonly all: string;
    readonly period: AskedPeriod;
    readonly repeats: Repeats | null;
  },
): Promise<void> {
  await connection.run("create schema beside");
  await makeEntries(connection, select, all, period, repeats);
  const told = repeats?.told ?? [];
  if (told.length > 0) {
    const ids = told.map((digits) => `(decode(unhex('${digits}')))`);
    await keep(connection, "beside.told", "id varchar", ids);
  }
  await connection.run(
    `create view calls as ${callsView("entries", told.length > 0 ? "beside.told" : null)}`,
  );
}

async function makeEntries(
  connection: DuckDBConnection,
  select: string,
  all: string,
  period: AskedPeriod,
  repeats: Repeats | null,
): Promise<void> {
  const isWanted = isInPeriod(period);
  await connection.run(`create view lines as select * from (${select}) where ${isWanted}`);
  const hasNone = !repeats || repeats.ids.length + repeats.exchanges.length === 0;
  if (hasNone) {
    await connection.run("create view entries as select * from lines where id is not null");
    return;
  }
  await keepHashes(connection, "beside.ids", repeats.ids);
  await keepHashes(connection, "beside.exchanges", repeats.exchanges);
  // The rows that may stand for another are copied, and those of them that count take the place of all.
  await connection.run(`
create table beside.touched as select * from (${all}) where id is not null
  and (hash(id) in (from beside.ids) or hash(exchange_id) in (from beside.exchanges));
create table beside.counting as select * exclude (occurrence) from (
  select *, row_number() over (partition by id order by ${logOrder}) as occurrence from beside.touched
) where occurrence = 1;
delete from beside.counting where ${isPresumedEnd()} and exchange_id in (
  select exchange_id from beside.counting where ${isRealEnd()});
create view entries as
  select * from lines where id is not null and not exists (select 1 from beside.touched as t where t.id = lines.id)
  union all select * from beside.counting where ${isWanted}`);
}

function keepHashes(connection: DuckDBConnection, name: string, hashes: readonly string[]): Promise<void> {
  return keep(
    connection,
    name,
    "hash ubigint",
    hashes.map((hash) => `(${hash})`),
  );
}

async function keep(
  connection: DuckDBConnection,
  name: string,
  column: string,
  rows: readonly string[],
): Promise<void> {
  await connection.run(`create table ${name} (${column})`);
  for (let from = 0; from < rows.length; from += 10_000)
    await connection.run(`insert into ${name} values ${rows.slice(from, from + 10_000).join(", ")}`);
}

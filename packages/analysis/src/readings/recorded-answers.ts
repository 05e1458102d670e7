import { resolve } from "node:path";
import {
  type AuditEntry,
  type AuditSource,
  type Reading,
  type ReadingLog,
  recordedAnswer,
  recordedRows,
} from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import type { EntryFilter } from "../filter/entry-filter.ts";
import { type WriteLakeOptions, type WrittenLake, writeLake as written } from "../lake/write-lake.ts";
import { isPostgres } from "../postgres/postgres-table.ts";
import { lookUp as foundUp, type LookedUp, type LookUpOptions } from "../query/look-up.ts";
import { type Page, queryPage as pageSearched, query as searched } from "../query/query.ts";
import type { QueryOptions } from "../query/query-options.ts";
import { report as reported } from "../report/make-report.ts";
import type { Report } from "../report/report.ts";
import type { ReportOptions } from "../report/report-options.ts";
import type { SqlAnswer, SqlCell } from "../sql/answer.ts";
import { sql as asked } from "../sql/sql.ts";
import type { SqlOptions } from "../sql/sql-options.ts";

/*
 * Every answer that this package gives goes through here, so that none is given unrecorded. docs/entry-format.md, "Readings".
 */

/** What every question can be told. */
export interface RecordedReading {
  /**
   * The log that says who asked what, before anything is answered: an `AuditLog`. Inside `audit.run`, or in a request, it knows
   * who that is. What cannot be recorded is not answered. @default nothing is recorded
   */
  readonly readings?: ReadingLog | null;
}

/** {@link searched}, recorded. */
export function query(
  source: EntryTable | string,
  filter: EntryFilter = {},
  { readings, ...options }: QueryOptions & RecordedReading = {},
): AsyncGenerator<AuditEntry> {
  const reading = readingOf("query", source, askedIn(filter, options));
  return recordedRows(readings, reading, () => searched(source, filter, options), { signal: options.signal });
}

/** {@link pageSearched}, recorded. */
export function queryPage(
  source: EntryTable | string,
  filter: EntryFilter = {},
  { readings, ...options }: QueryOptions & RecordedReading = {},
): Promise<Page> {
  const reading = readingOf("query", source, askedIn(filter, options));
  const rowsOf = ({ entries }: Page) => entries.length;
  const read = () => pageSearched(source, filter, options);
  return recordedAnswer(readings, reading, read, { signal: options.signal, rowsOf });
}

/** {@link foundUp}, recorded. */
export function lookUp(
  source: EntryTable | string,
  wanted: string,
  { readings, ...options }: LookUpOptions & RecordedReading = {},
): Promise<LookedUp> {
  const reading = readingOf("show", source, { id: wanted });
  const rowsOf = ({ found, several, neighbours, correction }: LookedUp) =>
    (found ? 1 : 0) + several.length + neighbours.entries.length + (correction ? 1 : 0);
  return recordedAnswer(readings, reading, () => foundUp(source, wanted, options), {
    signal: options.signal,
    rowsOf,
  });
}

function askedIn(filter: EntryFilter, { order, limit, cursor }: QueryOptions): Reading["parameters"] {
  return { ...filter, order, limit, cursor };
}

/** {@link reported}, recorded. */
export function report(
  source: EntryTable | string,
  { readings, ...options }: ReportOptions & RecordedReading = {},
): Promise<Report> {
  const { signal, onProgress: _progress, verify, ...asked } = options;
  const reading = readingOf("report", source, { ...asked, verify: Boolean(verify) });
  return recordedAnswer(readings, reading, () => reported(source, options), { signal });
}

/** {@link asked}, recorded: that it is over when the rows are, or the answer is closed. */
export async function sql(
  source: EntryTable | string,
  text: string,
  { readings, ...options }: SqlOptions & RecordedReading = {},
): Promise<SqlAnswer> {
  if (!readings) return asked(source, text, options);
  const { signal, onProgress: _progress, ...period } = options;
  const reading = readingOf("sql", source, { statement: text, ...period });
  let answer: SqlAnswer | undefined;
  async function* read(): AsyncGenerator<readonly SqlCell[] | null> {
    answer = await asked(source, text, options);
    // What the columns are is known now, and no row was taken.
    yield null;
    yield* answer.rows;
  }
  const count = (row: readonly SqlCell[] | null) => (row === null ? 0 : 1);
  const rows = recordedRows(readings, reading, read, { signal, count });
  await rows.next();
  const close = async () => {
    await rows.return();
    await answer!.close();
  };
  return { ...answer!, rows: rows as AsyncGenerator<readonly SqlCell[]>, close };
}

/** {@link written}, recorded: a lake holds whatever the log holds. */
export function writeLake(
  source: AuditSource | string,
  directory: string,
  { readings, ...options }: WriteLakeOptions & RecordedReading = {},
): Promise<WrittenLake> {
  const { signal, onProgress: _progress, ...asked } = options;
  const reading = readingOf("lake", source, { ...asked, out: resolve(directory) });
  return recordedAnswer(readings, reading, () => written(source, directory, options), { signal });
}

/** The questions, each of which is recorded there whoever asks it. */
export function recordedIn(readings: ReadingLog) {
  return {
    query: (...[source, filter, options]: Parameters<typeof query>) =>
      query(source, filter, { ...options, readings }),
    queryPage: (...[source, filter, options]: Parameters<typeof queryPage>) =>
      queryPage(source, filter, { ...options, readings }),
    lookUp: (...[source, wanted, options]: Parameters<typeof lookUp>) =>
      lookUp(source, wanted, { ...options, readings }),
    report: (...[source, options]: Parameters<typeof report>) => report(source, { ...options, readings }),
    sql: (...[source, text, options]: Parameters<typeof sql>) => sql(source, text, { ...options, readings }),
    writeLake: (...[source, directory, options]: Parameters<typeof writeLake>) =>
      writeLake(source, directory, { ...options, readings }),
  };
}

function readingOf(
  doing: string,
  source: { readonly name: string } | string,
  parameters: Reading["parameters"] = {},
): Reading {
  const place = typeof source === "string" ? source : source.name;
  // "./audit_logs" is another place tomorrow.
  return { doing, source: isPostgres(place) ? place : resolve(place), parameters };
}

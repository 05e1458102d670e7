import type { Snapshot, SqlRow, Statement } from "../entries/entry-table.ts";
import { callsOf, isPoll } from "./calls.ts";

/** From the first on, before the second; null: open. */
export interface Window {
  readonly since: Date | null;
  readonly until: Date | null;
}

/** The entries that a report is about, each once. What stands here is put behind FROM. */
export interface CountedEntries {
  /** Counting rows of everything that was read, also before and after the period: `countedColumns` and `detail`. */
  readonly all: string;
  /** Those of the period. */
  readonly period: string;
  /** The calls of the period, with what `callsOf` adds. */
  readonly calls: string;
  /** The calls of the period before; null when there is none. */
  readonly callsBefore: string | null;
  /** Rows that stand there once more. */
  readonly repeated: number;
  ask<Row extends SqlRow>(statement: Statement): Promise<Row[]>;
}

/** What a report reads of each entry. */
export const countedColumns = [
  "id",
  "log",
  "seq",
  "timestamp",
  "recorded_at",
  "event_type",
  "status",
  "user_id",
  "attribution_how",
  "tenant_id",
  "feature",
  "exchange_id",
  "stream",
  "model",
  "model_served",
  "provider",
  "generation_id",
  "refused",
  "zdr",
  "data_collection",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "cost_usd",
  "upstream_cost_usd",
  "is_byok",
  "latency_ms",
  "time_to_first_token_ms",
  "response_complete",
  "error_code",
  "error_type",
] as const;

/** Beside those: what the log says of itself, as JSON. */
export const computedColumns = {
  detail: `case when event_type like 'audit.%' then cast(entry->>'detail' as varchar) end`,
};

/**
 * Which rows count (docs/reports.md, "What counts"): each id once, and of an exchange that was taken for ended and has its real end
 * the real one.
 *
 * @param snapshot of `countedColumns` and `computedColumns`
 */
export async function countEntries(
  snapshot: Snapshot,
  period: Window,
  before: Window | null,
): Promise<CountedEntries> {
  const [counts] = await snapshot.ask<Record<"rows" | "ids" | "presumed" | "polls", number>>({
    text: `select cast(count(*) as double precision) as rows, cast(count(distinct id) as double precision) as ids,
      cast(count(*) filter (where ${isPresumed}) as double precision) as presumed,
      cast(count(*) filter (where ${isPoll}) as double precision) as polls from ${snapshot.relation} as entries`,
  });
  const { rows, ids, presumed, polls } = counts!;
  let all = snapshot.relation;
  if (rows > ids)
    all = await snapshot.keep(`select * from ${firstOfEachId(all)} as entries where occurrence = 1`);
  if (presumed > 0)
    all =
      await snapshot.keep(`select * from ${all} as entries where not (${isPresumed}) or exchange_id is null
    or exchange_id not in (select exchange_id from ${all} as entries where exchange_id is not null and ${isRealEnd})`);
  const callsIn = (window: Window) =>
    snapshot.keep(callsOf(`(select * from ${all} as entries where ${isIn(window)})`, polls > 0));
  return {
    all,
    period: `(select * from ${all} as entries where ${isIn(period)})`,
    calls: await callsIn(period),
    callsBefore: before && (await callsIn(before)),
    repeated: rows - ids,
    ask: (statement) => snapshot.ask(statement),
  };
}

const isPresumed = `coalesce(error_type = 'process_ended' and status = 'unknown', false)`;
const isRealEnd = `event_type <> 'call_started' and not (${isPresumed})`;

const firstOfEachId = (relation: string) => `(select *, row_number() over (
    partition by id order by recorded_at nulls last, log collate "C", seq) as occurrence from ${relation} as entries)`;

/** What is true of a row of that time. One whose `timestamp` is no time is of none. */
export function isIn({ since, until }: Window): string {
  const conditions = [`"timestamp" is not null`];
  if (since) conditions.push(`"timestamp" >= ${instant(since)}`);
  if (until) conditions.push(`"timestamp" < ${instant(until)}`);
  return conditions.join(" and ");
}

/** A time as it stands in SQL. */
export function instant(time: Date): string {
  return `timestamp '${time.toISOString().replace("T", " ").replace("Z", "")}'`;
}

import type { Snapshot, SqlRow, Statement } from "../entries/entry-table.ts";
import { isCall } from "../entries/is-call.ts";
import { isPresumedEnd } from "../entries/presumed-end.ts";
import { callColumns, costColumns, firstPolls, isPoll, jobsOnce } from "./calls.ts";
import { countAll } from "./count-sql.ts";
import { eachOnce } from "./each-once.ts";
import { namesIn } from "./named-ids.ts";
import { isIn, type Window } from "./window.ts";

export { isIn, type Window } from "./window.ts";

/** The entries that a report is about, each once. What stands here is put behind FROM. */
export interface CountedEntries {
  /** What counts of all that was read: of the time that the report looks at, and of whenever what logs say of themselves. `countedColumns` and `computedColumns`. */
  readonly all: string;
  /** Those of the period. */
  readonly period: string;
  /** The calls of the period, with `callColumns` but for what they cost. */
  readonly calls: string;
  /** The same with what they cost: to say which polls count takes as long as a small question. */
  readonly pricedCalls: string;
  /** `user_id`, `model` and `provider` of the calls of the period before; null when there is none. */
  readonly callsBefore: string | null;
  /** The calls of any time that was read. @param columns only these */
  callsIn(window: Window, columns: readonly string[]): Promise<string>;
  /** How many rows of the period stand there once more. */
  readonly repeated: number;
  ask<Row extends SqlRow>(statement: Statement): Promise<Row[]>;
  /** What a SELECT gives, made once where the engine can. */
  keep(select: string): Promise<string>;
}

/** What every report reads of each entry. */
export const countedColumns = [
  "id",
  "log",
  "seq",
  "recorded_at",
  "exchange_id",
  "timestamp",
  "event_type",
  "user_id",
  "attribution_how",
  "tenant_id",
  "feature",
  "stream",
  "model",
  "provider",
  "refused",
  "response_complete",
  "error_code",
  "error_type",
] as const;

const { poll_id: _, tells_cost: __, ...made } = callColumns;

/** Beside those, made while it is read: what is asked of calls, of a poll the job, and what logs say of themselves. */
export const computedColumns: Readonly<Record<string, string>> = {
  ...made,
  is_call: isCall,
  is_presumed_end: isPresumedEnd(),
  generation_id: `case when ${isPoll} then generation_id end`,
  detail: `case when event_type like 'audit.%' then detail end`,
};

/** What is quickly made of those when it is asked for. */
const madeOfComputed = {
  tells_cost: "cost_pico is not null",
  poll_id: "case when generation_id is not null then id end",
};

/** What no report shows. */
export const comparedColumns = ["id", "exchange_id"] as const;

/** Which rows a report keeps of what it reads: those of a time, and what logs say of themselves. */
export function isLookedAt(time: Window): Statement {
  return { text: `((${isIn(time)}) or event_type like 'audit.%')` };
}

/**
 * Finds what counts, so that each question is a quick one.
 *
 * @param snapshot of `countedColumns` and `computedColumns`, of the rows of which `isLookedAt` is true
 * @param more columns that it has beside those
 */
export async function countEntries(
  snapshot: Snapshot,
  { period, before }: { readonly period: Window; readonly before: Window | null },
  more: readonly string[] = [],
): Promise<CountedEntries> {
  const columns = [...countedColumns, ...more, ...Object.keys(computedColumns)];
  const { relation: all, repeated } = await eachOnce(snapshot, columns, period);
  const rowsIn = (window: Window) => `(select * from ${all} as entries where ${isIn(window)})`;
  const [polls] = await snapshot.ask<{ found: number }>({
    text: `select ${countAll} as found from ${all} as entries where ${isPoll}`,
  });
  const inCalls = [...columns, ...Object.keys(madeOfComputed)];
  const quickly = Object.entries(madeOfComputed).map(([name, sql]) => `${sql} as ${name}`);
  const callsIn = async (window: Window, some: readonly string[]) => {
    const calls = `(select *, ${quickly} from ${rowsIn(window)} as entries where is_call)`;
    if (polls!.found === 0 || !some.some((column) => costColumns.includes(column)))
      return `(select ${some.map((column) => `"${column}"`).join(", ")} from ${calls} as calls)`;
    // Which poll tells the cost of a job depends on the time that is asked about.
    const first = await namesIn(snapshot, firstPolls(rowsIn(window), madeOfComputed.tells_cost));
    return `(${jobsOnce(calls, first === "" ? "null" : first, some)})`;
  };
  return {
    all,
    period: rowsIn(period),
    calls: await callsIn(
      period,
      inCalls.filter((column) => !costColumns.includes(column)),
    ),
    pricedCalls: await callsIn(period, inCalls),
    callsBefore: before && (await callsIn(before, ["user_id", "model", "provider"])),
    callsIn,
    repeated,
    ask: (statement) => snapshot.ask(statement),
    keep: (select) => snapshot.keep(select),
  };
}

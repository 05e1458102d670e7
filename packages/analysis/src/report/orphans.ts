import { LogFacts } from "@openrouter-audit/core";
import type { SqlRow } from "../entries/entry-table.ts";
import { logOrder } from "../entries/log-order.ts";
import { countAll } from "./count-sql.ts";
import { type CountedEntries, isIn, type Window } from "./counted.ts";
import type { Completeness } from "./findings.ts";
import { secondsOf, timeOf } from "./times.ts";

const isStart = `event_type = 'call_started' and exchange_id is not null`;
/** Parameters of one statement; Postgres takes 65,535. */
const logsAtOnce = 1_000;

/** When a log was last written to, in seconds since 1970. */
export interface LastWritten extends SqlRow {
  readonly log: string;
  readonly at: number | null;
}

export interface OrphanTerms {
  readonly now: Date;
  /** Looks also at what the report does not, for a log may have gone on after the period: at what was recorded since that time. */
  readonly lastWritten: (logs: readonly string[], since: Date) => Promise<readonly LastWritten[]>;
}

/** What a log promises that says nothing else: docs/entry-format.md, "Starts". */
const usualHeartbeatMs = 300_000;

/**
 * The starts of the period without an end, as `findOrphans` of the core tells them. That reads every line twice: here the table is
 * asked, and only the logs that hold an orphan are looked at. Where nothing was begun, one count is all.
 */
export async function countOrphans(
  asked: CountedEntries,
  period: Window,
  { now, lastWritten }: OrphanTerms,
): Promise<Completeness["orphans"]> {
  const counts = { running: 0, orphaned: 0 };
  const [starts] = await asked.ask<{ starts: number }>({
    text: `select ${countAll} as starts from ${asked.period} as entries where ${isStart}`,
  });
  if (starts!.starts === 0) return counts;
  // The first of several starts is by whatever was read: one before the period would be none of the period.
  const orphans = await asked.ask<{ log: string; orphans: number }>({
    text: `with unended as (
        select distinct exchange_id from ${asked.period} as entries where ${isStart}
        and exchange_id not in (select exchange_id from ${asked.all} as entries
          where event_type <> 'call_started' and exchange_id is not null)
      ), starts as (
        select log, "timestamp", row_number() over (
          partition by exchange_id order by ${logOrder}) as start
        from ${asked.all} as entries where ${isStart} and exchange_id in (select exchange_id from unended)
      )
      select log, ${countAll} as orphans from starts where start = 1 and ${isIn(period)} group by log`,
  });
  for (let from = 0; from < orphans.length; from += logsAtOnce) {
    const some = orphans.slice(from, from + logsAtOnce);
    const logs = some.map(({ log }) => log);
    const facts = await factsOf(asked, logs, { now, lastWritten });
    for (const { log, orphans: count } of some)
      counts[facts.get(log)!.isOver(now.getTime()) ? "orphaned" : "running"] += count;
  }
  return counts;
}

/** What was read of some logs says whether they are over; of those that seem silent, what was written since then as well. */
async function factsOf(
  asked: CountedEntries,
  logs: readonly string[],
  { now, lastWritten }: OrphanTerms,
): Promise<Map<string, LogFacts>> {
  const isOfThem = `log in (${logs.map((_, index) => `$${index + 1}`).join(", ")})`;
  const said = await asked.ask<{ log: string; event_type: string; detail: string | null; at: number | null }>(
    {
      text: `select log, event_type, detail, ${secondsOf("recorded_at")} as at from ${asked.all} as entries
      where ${isOfThem} and event_type in ('audit.opened', 'audit.heartbeat', 'audit.closed') order by log collate "C", seq`,
      values: logs,
    },
  );
  const newest = await asked.ask<LastWritten>({
    text: `select log, max(${secondsOf("recorded_at")}) as at from ${asked.all} as entries where ${isOfThem} group by log`,
    values: logs,
  });
  const facts = new Map(logs.map((log) => [log, new LogFacts(log)]));
  const note = ({ log, at }: LastWritten) =>
    facts.get(log)!.note({ event_type: "", detail: null, recorded_at: timeOf(at) ?? "" });
  let promisedMs = usualHeartbeatMs;
  for (const { log, event_type, detail: text, at } of said) {
    const detail = objectIn(text);
    facts.get(log)!.note({ event_type, detail, recorded_at: timeOf(at) ?? "" });
    const heartbeatMs: unknown = detail?.heartbeat_ms;
    if (typeof heartbeatMs === "number" && heartbeatMs > promisedMs) promisedMs = heartbeatMs;
  }
  newest.forEach(note);
  const silent = logs.filter((log) => facts.get(log)!.isOver(now.getTime()) && !facts.get(log)!.isClosed);
  if (silent.length > 0) (await lastWritten(silent, new Date(now.getTime() - 3 * promisedMs))).forEach(note);
  return facts;
}

/** What `detail` holds: nobody has verified the line, so it may be anything. */
export function objectIn(detail: string | null): Record<string, never> | null {
  try {
    const value: unknown = JSON.parse(detail ?? "null");
    return typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, never> | null)
      : null;
  } catch {
    // A text stands there as it is, without quotes.
    return null;
  }
}

import { AuditError, type SourceDay, type SourceSnapshot, type WantedLines } from "@openrouter-audit/core";
import { wrongKind } from "../schema/check-schema.ts";
import type { TableNames } from "../schema/names.ts";
import { type DayOfLog, daysOfLog, type LogInPartition } from "./days-of-log.ts";
import { earliestDay, type SizedDay, sizedDays } from "./days-there.ts";
import { type ReadTable, Session } from "./session.ts";
import { type Part, storedLines } from "./stored-lines.ts";

/**
 * What the table has at one moment, in one transaction that only reads: what is written meanwhile is not seen, as little as a log
 * whose end came after its lines were read would look cut. While it is open, no day that was read can be dropped.
 */
export async function snapshotOf(table: ReadTable): Promise<SourceSnapshot> {
  const session = await Session.open(table);
  try {
    await session.query("begin isolation level repeatable read read only");
    // No other function or operator in the place of one of Postgres; and where a policy would hide rows, an error.
    await session.query("set local search_path = pg_catalog, pg_temp; set local row_security = off");
    await refuseOther(session, table);
    const days = await daysIn(session, table.names);
    return { days, close: () => close(session) };
  } catch (error) {
    await close(session);
    throw error;
  }
}

/** What has not each place once could show a verification other rows than a search. */
async function refuseOther(session: Session, { names, name }: ReadTable): Promise<void> {
  const wrong = await wrongKind((text, values) => session.query(text, values), names);
  if (wrong.length === 0) return;
  const what = `What is called ${names.shown} there is not the table of the audit log, or was changed: ${wrong.join("; ")}`;
  throw new AuditError("JOURNAL_UNREADABLE", `Cannot vouch for ${name}. ${what}.`);
}

async function close(session: Session): Promise<void> {
  try {
    await session.query("rollback");
  } catch {
    // Nothing was written, and the connection is thrown away.
  } finally {
    session.end();
  }
}

async function daysIn(session: Session, names: TableNames): Promise<SourceDay[]> {
  const there = await session.query<SizedDay>(sizedDays(names), [earliestDay]);
  const logs = new Map<string, LogInPartition[]>();
  for (const { day } of there) {
    for (const { log, first, last } of await session.query<LogRow>(logsOfDay(names), [day])) {
      const ofLog = logs.get(log) ?? [];
      ofLog.push({ day, log, first: BigInt(first), last: BigInt(last) });
      logs.set(log, ofLog);
    }
  }
  const all = [...logs.values()].flatMap(daysOfLog);
  // Usually a day is its partition. Where it is not, each log is read by itself.
  const displaced = new Set(
    all
      .filter(({ day, partitions }) => partitions.length !== 1 || partitions[0] !== day)
      .flatMap(({ day, partitions }) => [day, ...partitions]),
  );
  const byDay = new Map<string, DayOfLog[]>();
  for (const ofLog of all) byDay.set(ofLog.day, [...(byDay.get(ofLog.day) ?? []), ofLog]);
  return there.flatMap(({ day, bytes }) => {
    const ofLogs = byDay.get(day);
    if (!ofLogs) return [];
    const parts = displaced.has(day) ? ofLogs : [{ partition: day }];
    const recordedSince = ofLogs.flatMap(({ partitions }) => partitions).sort()[0]!;
    const size = Math.round(Number(bytes) / 2);
    return [{ day, recordedSince, bytes: size, lines: linesOf(session, names, parts) }];
  });
}

function linesOf(session: Session, { quotedTable }: TableNames, parts: readonly Part[]): SourceDay["lines"] {
  return async function* lines(wanted?: WantedLines) {
    for (const part of parts) {
      if (isOfOtherLog(part, wanted)) continue;
      yield* storedLines(session, quotedTable, part, wanted);
    }
  };
}

function isOfOtherLog(part: Part, wanted: WantedLines | undefined): boolean {
  return wanted !== undefined && "log" in wanted && "log" in part && (part as DayOfLog).log !== wanted.log;
}

interface LogRow {
  readonly log: string;
  readonly first: string;
  readonly last: string;
}

/** The logs of the partition of a day, each found by a look into the primary key. */
function logsOfDay({ quotedTable }: TableNames): string {
  const smallest = (which: string) =>
    `select e.log from ${quotedTable} as e where e.day = $1::date${which} order by e.log limit 1`;
  const edge = (what: string) =>
    `(select ${what}(e.seq)::text from ${quotedTable} as e where e.day = $1::date and e.log = logs.log)`;
  return `
with recursive logs(log) as (
  (${smallest("")})
  union all
  select (${smallest(" and e.log > logs.log")}) from logs where logs.log is not null
)
select log, ${edge("min")} as first, ${edge("max")} as last from logs where log is not null`;
}

import type { AuditEntry, AuditSource, JournalVerification } from "@openrouter-audit/core";
import type { Cut } from "@openrouter-audit/core/seal";
import { holdsIn } from "../hold/hold.ts";
import { holdInWords } from "../hold/hold-watch.ts";
import { type PlannedCut, VerifiedLogs } from "../tombstone.ts";
import { type DayGroup, groupsOf, type TableDay, TableDays, withSnapshot } from "./table-days.ts";

/** A day of a table that is old enough, and what is to be done with it. */
export interface PlannedDay extends TableDay {
  readonly action: "delete" | "stay";
  /** Why it stays. */
  readonly because: readonly string[];
  readonly cuts: readonly PlannedCut[];
  /** The first of the days that go together with it; itself, as a rule. */
  readonly group: string;
}

export interface TablePlanInput {
  readonly source: AuditSource;
  readonly verification: JournalVerification;
  readonly notes: readonly AuditEntry[];
  readonly cuts: readonly { readonly cut: Cut }[];
  /** Whether a day, or what was recorded at a time, is old enough. */
  readonly isDue: (day: string) => boolean;
  /** Why a day is not dropped that could be, as a clause; null when it may. @default any may */
  readonly unapproved?: (day: TableDay) => string | null;
}

/** Decides about each day of a table that is old enough, the oldest first. Changes nothing. */
export async function planTable(input: TablePlanInput): Promise<readonly PlannedDay[]> {
  const { source, verification, notes, cuts, isDue } = input;
  const logs = new VerifiedLogs(verification);
  const days = new TableDays(
    cuts.map(({ cut }) => cut),
    holdsIn(notes).active,
  );
  const staying = new Map<string, string>();
  const planned: PlannedDay[] = [];
  return withSnapshot(source, async (snapshot) => {
    for (const group of groupsOf(snapshot.days)) {
      // Behind the first that is too young there are only younger ones.
      if (!group.every(({ day }) => isDue(day))) break;
      planned.push(...(await decide(group)));
    }
    return planned;
  });

  async function decide(group: DayGroup): Promise<PlannedDay[]> {
    const read: (TableDay & { readonly wanted: readonly PlannedCut[] | string })[] = [];
    for (const each of group) {
      const day = await days.read(each);
      read.push({ ...day, wanted: logs.cutsOf(day) });
    }
    const kept = read.flatMap((day) => keeping(day, day.wanted));
    const missing = kept.length > 0 ? [] : read.flatMap((day) => input.unapproved?.(day) ?? []);
    const because = [...new Set([...kept, ...missing])];
    if (because.length > 0)
      for (const { logs: inDay, file } of read)
        for (const { log } of inDay) if (!staying.has(log)) staying.set(log, file);
    return read.map(({ wanted, ...day }) => ({
      ...day,
      group: group[0]!.day,
      because,
      ...(because.length > 0
        ? { action: "stay" as const, cuts: [] }
        : { action: "delete" as const, cuts: wanted as readonly PlannedCut[] }),
    }));
  }

  function keeping(day: TableDay, wanted: readonly PlannedCut[] | string): string[] {
    const tampered = day.logs.find(({ log }) => logs.isTampered(log));
    const before = day.logs.find(({ log }) => staying.has(log));
    const isYoung = day.newest !== null && !isDue(day.newest.slice(0, 10));
    return [
      ...(tampered ? [`it holds lines of ${tampered.log}, which is tampered with: it is evidence`] : []),
      ...(isYoung ? [`its newest entry is of ${day.newest}, which is not old enough`] : []),
      ...(typeof wanted === "string" ? [wanted] : []),
      ...day.holding.map(holdInWords),
      ...(before
        ? [
            `earlier lines of ${before.log} stay, of ${staying.get(before.log)}: a log is cut from its beginning`,
          ]
        : []),
    ];
  }
}

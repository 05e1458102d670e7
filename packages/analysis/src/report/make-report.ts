import { dayOf, daysSince } from "../entries/days.ts";
import type { EntryTable, Snapshot } from "../entries/entry-table.ts";
import { entriesOf } from "../entries/open-entries.ts";
import { version } from "../version.ts";
import { attributions } from "./attribution.ts";
import { breakdowns } from "./breakdowns.ts";
import { completeness } from "./completeness.ts";
import {
  type CountedEntries,
  comparedColumns,
  computedColumns,
  countEntries,
  countedColumns,
  isLookedAt,
} from "./counted.ts";
import { entryCounts } from "./entry-counts.ts";
import { errorGroups } from "./errors.ts";
import { hoursOfCalls } from "./hours.ts";
import { baselineSince } from "./judged-calls.ts";
import { lastWrittenIn } from "./last-written.ts";
import { newestEntry } from "./newest-entry.ts";
import { news } from "./news.ts";
import type { OrphanTerms } from "./orphans.ts";
import { inReport, periodBefore } from "./period.ts";
import { policyColumns, policyFindings } from "./policy.ts";
import { refusals } from "./refused.ts";
import type { Report } from "./report.ts";
import { checkReportOptions, type ReportOptions } from "./report-options.ts";
import { streamFacts } from "./streams.ts";
import { unusualActivity } from "./unusual.ts";
import { verificationOf } from "./verification.ts";
import type { Window } from "./window.ts";

/**
 * The report over a period: what docs/reports.md says, in one reading of the entries.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export async function report(source: EntryTable | string, options: ReportOptions = {}): Promise<Report> {
  const period = checkReportOptions(options);
  options.signal?.throwIfAborted();
  const { table, close } = await entriesOf(source);
  try {
    return await reportOf(table, period, options);
  } finally {
    await close();
  }
}

async function reportOf(table: EntryTable, period: Window, options: ReportOptions): Promise<Report> {
  const { signal, verify = false, now = new Date(), onProgress, expect = {} } = options;
  const progress = (doing: "reading" | "verifying") =>
    onProgress && ((done: { bytes: number; totalBytes: number }) => onProgress({ doing, ...done }));
  const before = periodBefore(period);
  const time = timeRead(period, before);
  const days = await table.days(signal);
  const snapshot = await table.snapshot({
    // What is recorded later can be about any time before.
    days: daysSince(days, time.since),
    columns: [...countedColumns, ...policyColumns(expect)],
    compared: comparedColumns,
    computed: computedColumns,
    where: isLookedAt(time),
    ...(onProgress && { onProgress: progress("reading")! }),
    ...(signal && { signal }),
  });
  let said: Awaited<ReturnType<typeof partsOf>>;
  try {
    const orphanTerms = { now, lastWritten: lastWrittenIn(table, signal) };
    said = await partsOf(snapshot, { time, period, before }, orphanTerms, options);
  } finally {
    await snapshot.close();
  }
  const verification =
    verify === false
      ? null
      : await verificationOf(table, {
          fromDay: time.since && dayOf(time.since),
          verify,
          now,
          onProgress: progress("verifying"),
          signal,
        });
  return {
    report_version: 1,
    generated_at: now.toISOString(),
    generator: { name: "openrouter-audit", version },
    source: {
      kind: table.kind,
      name: table.name,
      first_day: days[0] ?? null,
      last_day: days.at(-1) ?? null,
    },
    period: inReport(period),
    compared_with: before && inReport(before),
    ...said,
    verification,
  };
}

async function partsOf(
  snapshot: Snapshot,
  windows: { readonly time: Window; readonly period: Window; readonly before: Window | null },
  orphanTerms: OrphanTerms,
  options: ReportOptions,
) {
  const { expect = {} } = options;
  const asked: CountedEntries = await countEntries(snapshot, windows, policyColumns(expect));
  const { period } = windows;
  return {
    entries: await entryCounts(asked),
    newest_entry: await newestEntry(asked),
    ...(await breakdowns(asked)),
    hours: await hoursOfCalls(asked),
    errors: await errorGroups(asked),
    attribution: await attributions(asked),
    refused: await refusals(asked),
    policy: await policyFindings(asked, expect),
    streams: await streamFacts(asked),
    completeness: await completeness(asked, period, { unreadable: snapshot.unreadable, ...orphanTerms }),
    news: await news(asked),
    ...(await unusualActivity(asked, period, options)),
  };
}

/** With all that the period is compared with. */
function timeRead({ since, until }: Window, before: Window | null): Window {
  if (since === null) return { since, until };
  const from = Math.min(baselineSince(since).getTime(), before?.since?.getTime() ?? Number.POSITIVE_INFINITY);
  return { since: new Date(from), until };
}

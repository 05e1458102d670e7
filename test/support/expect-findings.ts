import { findOrphans } from "@openrouter-audit/core";
import type { EntryTable } from "../../packages/analysis/src/entries/entry-table.ts";
import { completeness } from "../../packages/analysis/src/report/completeness.ts";
import { baselineSince } from "../../packages/analysis/src/report/judged-calls.ts";
import { news } from "../../packages/analysis/src/report/news.ts";
import { policyFindings } from "../../packages/analysis/src/report/policy.ts";
import { unusualActivity } from "../../packages/analysis/src/report/unusual.ts";
import { withCounted } from "./counted-journal.ts";
import { lookedAt, type Written } from "./counted-rows.ts";
import { completenessOf, newsOf, policyOf } from "./findings-oracle.ts";
import type { Question } from "./generated-findings.ts";
import { unusualOf } from "./unusual-oracle.ts";

const now = new Date("2027-01-01T00:00:00.000Z");

/** Holds what a report finds in a table to what the page says of the entries in it. Gives the rules that found something. */
export async function expectFindings(
  table: EntryTable,
  entries: readonly Written[],
  { limits: { period, before }, expected, terms }: Question,
): Promise<readonly string[]> {
  const since =
    period.since && new Date(Math.min(+baselineSince(period.since), +(before?.since ?? period.since)));
  const time = { since, until: period.until };
  const read = lookedAt(entries, time);
  // At a time when each log has been silent for long.
  const complete = completenessOf(read, period, () => true);
  return withCounted(table, { time, period, before }, async (asked, told) => {
    const found = await completeness(asked, period, { ...told, now });
    expect(found).toEqual({ ...complete, unreadable_lines: 0, unreadable: [] });
    expect(await policyFindings(asked, expected)).toEqual(policyOf(read, period, expected));
    expect(await news(asked)).toEqual(newsOf(read, period, before));
    const { offHours, ...unusual } = terms;
    const activity = await unusualActivity(asked, period, { offHours, unusual });
    const wanted = unusualOf(read, period, terms);
    expect(activity.unusual.map(({ explanation: _, ...each }) => each)).toEqual(wanted.unusual);
    const counts = activity.unusual_rules.map(({ judged, not_judged, found: count }) => {
      return { judged, not_judged, found: count };
    });
    expect(counts).toEqual(wanted.counts);
    return activity.unusual.map(({ rule, scope }) => `${rule} ${scope}`);
  });
}

/** Holds the orphans of the page to those that the core finds in the same files. */
export async function expectOrphans(
  directory: string,
  entries: readonly Written[],
  { limits: { period } }: Question,
): Promise<void> {
  const time = { since: period.since && baselineSince(period.since), until: period.until };
  const limits = {
    ...(period.since && { since: period.since }),
    ...(period.until && { until: period.until }),
  };
  const fromDay = time.since?.toISOString().slice(0, 10) ?? "";
  const orphans = { running: 0, orphaned: 0 };
  for await (const { state } of findOrphans(directory, { ...limits, fromDay })) orphans[state] += 1;
  expect(completenessOf(lookedAt(entries, time), period, () => true)).toMatchObject({ orphans });
}

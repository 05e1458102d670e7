import type { Report } from "../../src/report/report.ts";
import { attribution, noAttribution } from "./sample/attribution.ts";
import { breakdowns, byDay, byModel, byUser, noBreakdowns } from "./sample/breakdowns.ts";
import { completeness, nothingMissing, nothingToMiss } from "./sample/completeness.ts";
import { errors } from "./sample/errors.ts";
import { hoursOfDay } from "./sample/hours.ts";
import { measured, numbersFrom } from "./sample/measures.ts";
import { monthOfCalls } from "./sample/month.ts";
import { news } from "./sample/news.ts";
import { nothingExpected, policy } from "./sample/policy.ts";
import { nothingRefused, refused } from "./sample/refused.ts";
import { noStreams, streams } from "./sample/streams.ts";
import { unusual, unusualRules } from "./sample/unusual.ts";
import { intact, withGap } from "./sample/verification.ts";

export { incomplete, intact, tampered, unverifiable } from "./sample/verification.ts";

/** November 2026 of a company: thirty days, forty users, eight models, and of everything something. */
export function sampleReport(): Report {
  const { days, totals } = monthOfCalls();
  const { calls } = totals;
  return {
    report_version: 1,
    generated_at: "2026-12-01T06:00:00.000Z",
    generator: { name: "openrouter-audit", version: "0.1.0" },
    source: { kind: "journal", name: "/srv/audit_logs", first_day: "2026-09-01", last_day: "2026-12-01" },
    period: { since: "2026-11-01T00:00:00.000Z", until: "2026-12-01T00:00:00.000Z" },
    compared_with: { since: "2026-10-01T00:00:00.000Z", until: "2026-11-01T00:00:00.000Z" },
    entries: { calls, management: 61, catalogue: 1_204, refused: 87, application: 2_310, system: 4_402 },
    newest_entry: "2026-11-30T23:59:41.500Z",
    totals,
    ...breakdowns(calls, days),
    hours: [],
    errors: errors(calls),
    attribution: attribution(calls),
    refused,
    policy,
    streams: streams(calls),
    completeness,
    news,
    unusual,
    unusual_rules: unusualRules,
    verification: withGap,
  };
}

/** The same of a log in which nothing is missing. */
export function intactReport(): Report {
  return { ...sampleReport(), completeness: nothingMissing, verification: intact };
}

/** The same, of one day: by its hours. */
export function dayReport(): Report {
  const month = sampleReport();
  const day = month.by_day.rows[16]!;
  const { key: _key, ...totals } = day;
  return {
    ...month,
    period: { since: "2026-11-17T00:00:00.000Z", until: "2026-11-18T00:00:00.000Z" },
    totals,
    by_model: byModel(day.calls),
    by_user: byUser(day.calls),
    by_day: byDay([day]),
    hours: hoursOfDay,
    verification: null,
  };
}

/** Of a period without a call, that was compared with nothing and not verified. */
export function emptyReport(): Report {
  return {
    ...sampleReport(),
    period: { since: null, until: null },
    compared_with: null,
    entries: { calls: 0, management: 0, catalogue: 0, refused: 0, application: 0, system: 0 },
    totals: measured(0, numbersFrom(1)),
    ...noBreakdowns,
    hours: [],
    errors: [],
    attribution: noAttribution,
    refused: nothingRefused,
    policy: nothingExpected,
    streams: noStreams,
    completeness: nothingToMiss,
    news: null,
    unusual: [],
    unusual_rules: [],
    verification: null,
  };
}

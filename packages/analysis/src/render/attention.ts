import type { Report } from "../report/report.ts";
import { gapsOfLog, policyExceptions, unattributedCalls, unusualCases } from "../report/sums.ts";
import { many, percent } from "./amounts.ts";

/** Something that a reader should look at before believing, or acting on, the numbers. */
export interface Attention {
  /** `alarm`: the numbers may be wrong, or a rule was broken. `notice`: good to know. */
  readonly weight: "alarm" | "notice";
  readonly text: string;
  /** The `id` of the table that tells more. */
  readonly table: string;
}

type Found = readonly [weight: Attention["weight"], count: number, table: string, text: () => string];

/** What needs attention, the most urgent first. In our own words and numbers only. */
export function attentionOf(report: Report): Attention[] {
  const found = [
    ...ofVerification(report),
    ...ofRecording(report),
    ...ofCompleteness(report),
    ...ofCalls(report),
    ...ofNews(report),
  ];
  const told = found
    .filter(([, count]) => count > 0)
    .map(([weight, , table, text]): Attention => ({ weight, table, text: text() }));
  return [
    ...told.filter(({ weight }) => weight === "alarm"),
    ...told.filter(({ weight }) => weight === "notice"),
  ];
}

function ofVerification({ verification }: Report): Found[] {
  if (verification === null) return [["alarm", 1, "verification", () => "The log was not verified"]];
  const { result, problem_count: problems, key_source } = verification;
  return [
    [
      "alarm",
      result === "intact" ? 0 : 1,
      "verification",
      () =>
        result === "not_verified"
          ? "The log could not be verified"
          : `Verification found the log ${result}: ${many(problems, "problem")}`,
    ],
    [
      "notice",
      key_source === "journal" ? 1 : 0,
      "verification",
      () => "The key was read from the journal itself, not handed over",
    ],
  ];
}

function ofRecording({ newest_entry, source: { first_day, last_day } }: Report): Found[] {
  const has = first_day === null ? "no days at all" : `entries from ${first_day} to ${last_day}`;
  return [
    [
      "alarm",
      newest_entry === null ? 1 : 0,
      "entries",
      () => `Nothing was recorded in this time: the log has ${has}`,
    ],
  ];
}

function ofCompleteness(report: Report): Found[] {
  const { completeness } = report;
  const { lost_entries, orphans, presumed_ended, unreadable_lines, repeated_entries } = completeness;
  const gaps = gapsOfLog(report);
  return [
    [
      "alarm",
      gaps,
      "gaps",
      () => `${many(gaps, "gap")} in the log: ${many(lost_entries, "entry", "entries")} known to be lost`,
    ],
    [
      "alarm",
      orphans.orphaned,
      "completeness",
      () => `${many(orphans.orphaned, "call")} began and ${one(orphans.orphaned, "has", "have")} no end`,
    ],
    [
      "alarm",
      unreadable_lines,
      "unreadable",
      () =>
        `${many(unreadable_lines, "line")} could not be read as ${one(unreadable_lines, "an entry", "entries")}`,
    ],
    [
      "notice",
      presumed_ended,
      "completeness",
      () =>
        `${many(presumed_ended, "call")} ended with ${one(presumed_ended, "its", "their")} process; nobody saw how`,
    ],
    ["notice", orphans.running, "completeness", () => `${many(orphans.running, "call")} still running`],
    [
      "notice",
      repeated_entries,
      "completeness",
      () => `${many(repeated_entries, "entry stands", "entries stand")} there more than once, counted once`,
    ],
  ];
}

function ofCalls(report: Report): Found[] {
  const { attribution, totals, streams, refused } = report;
  const exceptions = policyExceptions(report);
  const unusual = unusualCases(report);
  const unattributed = unattributedCalls(report);
  const share = percent(totals.calls > 0 ? unattributed / totals.calls : null);
  const byApplication = refused.by_application.reduce((sum, { calls }) => sum + calls, 0);
  return [
    ["alarm", exceptions, "policy", () => `${many(exceptions, "policy exception")}`],
    ["alarm", unusual, "unusual", () => `${many(unusual, "case")} of unusual activity`],
    [
      "alarm",
      unattributed,
      "attribution",
      () => `${many(unattributed, "call")} (${share}) cannot be attributed to a user`,
    ],
    [
      "notice",
      attribution.anonymous,
      "attribution",
      () => `${many(attribution.anonymous, "call")} of people who were not signed in`,
    ],
    [
      "notice",
      totals.calls_without_cost,
      "totals",
      () => `${many(totals.calls_without_cost, "call")} whose cost nobody told: the sum is too small by that`,
    ],
    [
      "notice",
      streams.aborted + streams.cut,
      "streams",
      () => `${many(streams.aborted + streams.cut, "stream")} ended early`,
    ],
    [
      "notice",
      byApplication,
      "refused",
      () => `${many(byApplication, "call")} refused by the application: nothing was sent`,
    ],
  ];
}

function ofNews({ news }: Report): Found[] {
  if (news === null) return [];
  const kinds = (["user", "model", "provider"] as const).flatMap((kind) => {
    const number = news[`${kind}s`].length + news.others[`${kind}s`];
    return number > 0 ? [many(number, kind)] : [];
  });
  return [["notice", kinds.length, "news", () => `New since the period before: ${kinds.join(", ")}`]];
}

const one = (count: number, singular: string, plural: string) => (count === 1 ? singular : plural);

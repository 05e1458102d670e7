import type { Report } from "@openrouter-audit/analysis";
import {
  count,
  gapsOfLog,
  many,
  percent,
  policyExceptions,
  unattributedCalls,
} from "@openrouter-audit/analysis/text";
import { InvalidArgumentError } from "commander";
import { UnusableError } from "../exit-code.ts";

/** Why a run of `report` fails, in one line. Nothing in it comes from the log. */
export interface Failure {
  readonly reason: FailOn;
  readonly message: string;
}

const reasons = {
  anomalies: ofAnomalies,
  policy: ofPolicy,
  gaps: ofGaps,
  silent: ofSilence,
  unattributed: ofUnattributed,
  unverified: ofUnverified,
  errors: ofErrors,
} satisfies Record<string, (report: Report, silentAfterMs: number | null) => string | null>;

export type FailOn = keyof typeof reasons;

export const failOnNames = Object.keys(reasons) as FailOn[];

/** `anomalies,gaps`, each once. @throws InvalidArgumentError which lists what there is */
export function failOnOf(text: string): readonly FailOn[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(reasons, name));
  if (unknown === undefined) return failOnNames.filter((name) => names.includes(name));
  throw new InvalidArgumentError(`Say one or several of ${failOnNames.join(",")}.`);
}

/** What could never be found, or always would. @throws UnusableError */
export function checkFailOn(
  failOn: readonly FailOn[],
  asked: { readonly expects: boolean; readonly verifies: boolean; readonly limitsSilence: boolean },
): void {
  const { expects, verifies, limitsSilence } = asked;
  if (limitsSilence && !failOn.includes("silent"))
    throw new UnusableError("--silent-after says what --fail-on silent means: say both.");
  if (failOn.includes("policy") && !expects)
    throw new UnusableError(
      "--fail-on policy needs to know what calls should be: --expect-zdr, --expect-no-collection, --expect-models or --expect-providers.",
    );
  if (failOn.includes("unverified") && !verifies)
    throw new UnusableError("--fail-on unverified and --no-verify: choose one.");
}

/**
 * Which of them were found, in the order of {@link failOnNames}.
 *
 * @param silentAfterMs how long before the end of the period, or before now, the newest entry may be; null: anywhere in the period
 */
export function failuresIn(
  report: Report,
  failOn: readonly FailOn[],
  silentAfterMs: number | null = null,
): Failure[] {
  return failOn.flatMap((reason) => {
    const message = reasons[reason](report, silentAfterMs);
    return message === null ? [] : [{ reason, message }];
  });
}

function ofAnomalies({ unusual_rules }: Report): string | null {
  const found = unusual_rules.filter((rule) => rule.found > 0);
  if (found.length === 0) return null;
  const names = found.map(({ rule, scope, found }) => `${count(found)} ${rule} (${scope})`);
  return `unusual activity: ${names.join(", ")}`;
}

function ofPolicy(report: Report): string | null {
  const calls = policyExceptions(report);
  if (calls === 0) return null;
  const rules = [...new Set(report.policy.exceptions.map(({ rule }) => rule))].sort();
  return `${many(calls, "policy exception")} (${rules.join(", ")})`;
}

function ofGaps(report: Report): string | null {
  const { lost_entries, orphans, unreadable_lines } = report.completeness;
  const gaps = gapsOfLog(report);
  const told = [
    gaps > 0 && `${many(gaps, "gap")} with ${many(lost_entries, "lost entry", "lost entries")}`,
    orphans.orphaned > 0 && `${many(orphans.orphaned, "call")} without an end`,
    unreadable_lines > 0 && many(unreadable_lines, "unreadable line"),
  ].filter((each) => each !== false);
  return told.length > 0 ? `something is missing: ${told.join(", ")}` : null;
}

function ofSilence(report: Report, silentAfterMs: number | null): string | null {
  const { newest_entry, generated_at, period, source } = report;
  if (newest_entry === null) {
    const has = source.first_day === null ? "no days at all" : `${source.first_day} to ${source.last_day}`;
    return `nothing was recorded in this time; the log has ${has}`;
  }
  if (silentAfterMs === null) return null;
  const end = Math.min(Date.parse(generated_at), Date.parse(period.until ?? generated_at));
  if (end - Date.parse(newest_entry) <= silentAfterMs) return null;
  return `nothing was recorded after ${newest_entry}`;
}

function ofUnattributed(report: Report): string | null {
  const calls = unattributedCalls(report);
  return calls > 0
    ? `${count(calls)} of ${many(report.totals.calls, "call")} cannot be attributed to anybody`
    : null;
}

function ofUnverified({ verification }: Report): string | null {
  const { result, problem_count, reason } = verification ?? { result: null, problem_count: 0, reason: null };
  if (result === "intact") return null;
  if (result === "tampered" || result === "incomplete")
    return `the log is ${result}: ${many(problem_count, "problem")}, see openrouter-audit verify`;
  return reason === null ? "the log was not verified" : `the log was not verified: ${reason}`;
}

function ofErrors({ totals }: Report): string | null {
  const share = percent(totals.calls > 0 ? totals.error / totals.calls : null);
  return totals.error > 0
    ? `${count(totals.error)} of ${many(totals.calls, "call")} failed (${share})`
    : null;
}

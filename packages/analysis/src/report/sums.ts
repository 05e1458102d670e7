import type { Report } from "./report.ts";

// Sums of a report that several forms of it, and `--fail-on`, go by: with what is not listed.

/** Calls by the expectation that they broke: a call that broke two counts twice. */
export function policyExceptions({ policy }: Pick<Report, "policy">): number {
  return policy.exceptions.reduce((sum, { calls }) => sum + calls, policy.others?.calls ?? 0);
}

/** Cases that the rules of unusual activity found. */
export function unusualCases({ unusual_rules }: Pick<Report, "unusual_rules">): number {
  return unusual_rules.reduce((sum, { found }) => sum + found, 0);
}

/** Calls that nobody can be held to, though somebody was there: not those of people who were not signed in. */
export function unattributedCalls({ attribution }: Pick<Report, "attribution">): number {
  return attribution.no_context + attribution.unresolved + attribution.other;
}

/** Gaps of the log, each an `audit.gap`. */
export function gapsOfLog({ completeness }: Pick<Report, "completeness">): number {
  return completeness.gaps.length + completeness.other_gaps;
}

import { AuditError, type JsonObject } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { aText } from "../option-rules.ts";
import { isDay } from "../period.ts";
import { dueDates, policyInWords, type RetentionPolicy, resolvePolicy } from "../policy.ts";

/** Days by their date, whatever a policy would say of them. */
export interface DaysBefore {
  /** The first day that stays, `YYYY-MM-DD` in UTC: today at the latest. */
  readonly before: string;
}

/** Which days of a table are old enough. */
export interface TablePolicy {
  readonly isDue: (day: string) => boolean;
  /** As tombstones say it. */
  readonly words: JsonObject;
}

/** @throws AuditError `INVALID_OPTIONS`; `RETENTION_CONFLICT` */
export function tablePolicyOf(policy: RetentionPolicy | DaysBefore, now: Date): TablePolicy {
  if (typeof policy === "object" && policy !== null && "before" in policy) return daysBefore(policy, now);
  const resolved = resolvePolicy(policy);
  const isDue = (day: string) => {
    const due = dueDates(day, resolved).delete;
    return due !== null && due <= now;
  };
  return { isDue, words: { ...policyInWords(resolved) } as JsonObject };
}

/** A period beside it would be put aside without a word: it is refused. */
function daysBefore(policy: DaysBefore, now: Date): TablePolicy {
  checkOptions("retainTable by a day", policy, { before: aText }, ["before"]);
  const { before } = policy;
  if (isDay(before) && before <= now.toISOString().slice(0, 10))
    return { isDue: (day) => day < before, words: { before } };
  throw new AuditError(
    "INVALID_OPTIONS",
    'Option "before" of retainTable is not right: must be a day as YYYY-MM-DD, today (UTC) at the latest.',
  );
}

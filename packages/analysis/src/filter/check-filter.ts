import { AuditError, isSystemEvent } from "@openrouter-audit/core";
import { type MemberTest, memberTest } from "./condition.ts";
import type { EntryFilter } from "./entry-filter.ts";
import { memberOf } from "./member.ts";

/** A filter that has been understood. */
export interface CheckedFilter {
  readonly since: Date | null;
  readonly until: Date | null;
  /** Whether the entries that the log writes about itself are wanted. */
  readonly system: boolean;
  /** Whether only calls are. */
  readonly calls: boolean;
  readonly tests: readonly MemberTest[];
}

const names = ["since", "until", "system", "calls", "match"];

/** @throws AuditError `INVALID_OPTIONS` */
export function checkFilter(filter: EntryFilter): CheckedFilter {
  for (const name of Object.keys(filter))
    if (!names.includes(name))
      throw new AuditError(
        "INVALID_OPTIONS",
        `A filter has no ${JSON.stringify(name)}, only ${names.join(", ")}: a condition on a member stands in match.`,
      );
  const { system, calls = false, match = {} } = filter;
  if (typeof calls !== "boolean") throw new AuditError("INVALID_OPTIONS", "calls must be true or false.");
  if (calls && system)
    throw new AuditError(
      "INVALID_OPTIONS",
      "Only calls, or what the log says about itself too: give calls or system, not both.",
    );
  const [since, until] = [time("since", filter.since), time("until", filter.until)];
  if (since && until && since >= until)
    throw new AuditError(
      "INVALID_OPTIONS",
      `Nothing can match: since (${since.toISOString()}) is not before until (${until.toISOString()}).`,
    );
  const tests = Object.entries(match).map(([name, condition]) => memberTest(memberOf(name), condition));
  return { since, until, system: system ?? tests.some(asksForSystem), calls, tests };
}

function asksForSystem({ member, not, anyOf }: MemberTest): boolean {
  if (member.column !== "event_type" || not) return false;
  return anyOf.some((one) => {
    if (one.is === "prefix") return isSystemEvent(one.text);
    return one.is === "equal" && typeof one.value === "string" && isSystemEvent(one.value);
  });
}

function time(name: string, value: Date | undefined): Date | null {
  if (value === undefined) return null;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new AuditError("INVALID_OPTIONS", `${name} must be a Date that is a time.`);
}

import { AuditError, identifierOf } from "@openrouter-audit/core";
import { oneLine } from "../person.ts";
import type { HoldTerms } from "./hold.ts";

/** What a hold is to cover. All that is said must apply to an entry. */
export interface WantedHold {
  /** @default everybody's */
  readonly users?: readonly string[];
  /** @default from the beginning */
  readonly since?: Date;
  /** Before this moment. @default also what is still to come */
  readonly until?: Date;
  /** All there is, and all that is to come. Not with the others. */
  readonly everything?: boolean;
}

const mostUsers = 1000;

/** @throws AuditError `INVALID_OPTIONS` when it is not clear what to hold */
export function checkedTerms({ users, since, until, everything }: WantedHold): HoldTerms {
  const isPart = users !== undefined || since !== undefined || until !== undefined;
  if (everything && isPart) throw refused("a hold of everything takes neither users nor times");
  if (everything) return { everything };
  if (!isPart) throw refused("say which users, since or until when, or everything");
  if (users && (users.length === 0 || users.length > mostUsers))
    throw refused(`a hold names 1 to ${mostUsers} users`);
  const [from, to] = [timeOf(since, "since"), timeOf(until, "until")];
  if (from !== null && to !== null && from >= to)
    throw refused(`"since" (${from}) is not before "until" (${to})`);
  return {
    // As entries have them: a secret that somebody took for a name must not be noted.
    ...(users && { users: [...new Set(users.map((user) => identifierOf(oneLine(user, "users"))!))] }),
    ...(from !== null && { since: from }),
    ...(to !== null && { until: to }),
  };
}

function timeOf(time: Date | undefined, name: string): string | null {
  if (time === undefined) return null;
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.toISOString();
  throw refused(`"${name}" is no time`);
}

function refused(why: string): AuditError {
  return new AuditError("INVALID_OPTIONS", `This is no hold: ${why}.`);
}

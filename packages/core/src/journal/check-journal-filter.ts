import { AuditError } from "../audit-error.ts";
import type { AuditStatus } from "../entry/entry.ts";
import { isIdentifier } from "../entry/identifier.ts";
import { didYouMean } from "../nearest-name.ts";
import type { JournalFilter } from "./journal-filter.ts";

type Rule = readonly [holds: (value: unknown) => boolean, mustBe: string];

const statuses: readonly AuditStatus[] = ["success", "error", "aborted", "unknown"];
const text: Rule = [(value) => typeof value === "string", "a text"];
const time: Rule = [
  (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  'a Date that is a time, as in new Date("2026-11-26")',
];

const rules: { readonly [name in keyof JournalFilter]-?: Rule } = {
  userId: [isIdentifier, "the id of a user"],
  model: text,
  status: [(value) => statuses.includes(value as AuditStatus), `one of ${statuses.join(", ")}`],
  eventType: text,
  since: time,
  until: time,
  system: [(value) => typeof value === "boolean", "true or false"],
};

/**
 * Checks which entries are asked for: a condition that nobody knows would hold for all of them.
 *
 * @param others what else may stand beside the conditions
 * @throws AuditError `INVALID_OPTIONS`
 */
export function checkJournalFilter(filter: JournalFilter, others: readonly string[]): void {
  const known = [...Object.keys(rules), ...others];
  const unknown = Object.keys(filter).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new AuditError(
      "INVALID_OPTIONS",
      `A filter has no "${unknown}".${didYouMean(unknown, known)} It has: ${known.join(", ")}.`,
    );
  for (const [name, [holds, mustBe]] of Object.entries(rules)) {
    const value = filter[name as keyof JournalFilter];
    if (value !== undefined && !holds(value))
      throw new AuditError("INVALID_OPTIONS", `${name} of a filter must be ${mustBe}.`);
  }
}

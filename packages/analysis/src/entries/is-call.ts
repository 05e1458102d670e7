/** What is recorded beside calls, of those types that have no dot. */
const others = ["call_started", "call_refused", "management", "catalogue"];

/** SQL: whether a row is a call (docs/reports.md, "Entries"). What else there is: `EntryCounts`. */
export const isCall = `(event_type not like '%.%'
  and event_type not in (${others.map((type) => `'${type}'`).join(", ")}))`;

/** The same of an entry. */
export function isCallEvent(eventType: string): boolean {
  return !eventType.includes(".") && !others.includes(eventType);
}

/**
 * Which entries count, by docs/reports.md, the long way from all that were read. Nothing of the product is used, nothing is fast.
 */

// biome-ignore lint/suspicious/noExplicitAny: an entry of which any member may be anything.
export type Written = Record<string, any>;

export interface OraclePeriod {
  readonly since: Date | null;
  readonly until: Date | null;
}

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

const times = new Map<string, number>();
export function at({ timestamp }: Written): number {
  const time = times.get(timestamp) ?? Date.parse(timestamp);
  times.set(timestamp, time);
  return time;
}
export const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
export const nullLast = (a: string | null, b: string | null) =>
  a === null || b === null ? Number(a === null) - Number(b === null) : bytes(a, b);
export const byPlace = (a: Written, b: Written) =>
  bytes(a.recorded_at, b.recorded_at) || bytes(a.log, b.log) || a.seq - b.seq;
export const isPresumed = (entry: Written) =>
  entry.error_type === "process_ended" && entry.status === "unknown";
export const isIn = ({ since, until }: OraclePeriod) => {
  return (entry: Written) =>
    !Number.isNaN(at(entry)) && (!since || at(entry) >= +since) && (!until || at(entry) < +until);
};
export const iso = (time: number) => new Date(time).toISOString();

/** What a report looks at: of the days from the first on, what is of that time, and what logs say of themselves. */
export function lookedAt(entries: readonly Written[], time: OraclePeriod): Written[] {
  const fromDay = time.since?.toISOString().slice(0, 10) ?? "";
  return entries
    .filter(({ recorded_at }) => recorded_at.slice(0, 10) >= fromDay)
    .filter((entry) => isIn(time)(entry) || entry.event_type.startsWith("audit."));
}

/** The rows that count: each id once, and real ends in place of presumed ones. */
export function countingRows(read: readonly Written[]): Written[] {
  const first = new Map<string, Written>();
  for (const entry of [...read].sort(byPlace)) if (!first.has(entry.id)) first.set(entry.id, entry);
  const ended = new Set(
    [...first.values()]
      .filter((entry) => entry.event_type !== "call_started" && !isPresumed(entry))
      .map((entry) => entry.exchange_id),
  );
  return [...first.values()].filter(
    (entry) => !(isPresumed(entry) && entry.exchange_id != null && ended.has(entry.exchange_id)),
  );
}

/** Rows of the period in whose place another counts. */
export function repeatedIn(read: readonly Written[], period: OraclePeriod): number {
  const seen = new Set<string>();
  return [...read]
    .sort(byPlace)
    .filter((entry) => seen.size === seen.add(entry.id).size && isIn(period)(entry)).length;
}

const noCalls = ["call_started", "call_refused", "management", "catalogue"];
export const isCall = ({ event_type }: Written) => !event_type.includes(".") && !noCalls.includes(event_type);

import { type AuditEntry, entryOf } from "@openrouter-audit/core";
import { dayOf } from "../entries/days.ts";
import type { EntryTable, SqlValue } from "../entries/entry-table.ts";
import { microsecondsOf } from "../entries/time-text.ts";
import { valueAt } from "../filter/matches.ts";
import { SqlValues } from "../filter/sql-values.ts";
import { Asking, type LineRow } from "./asking.ts";
import { comparePlaces, type Place, placeOf } from "./place.ts";
import { RealEnds } from "./real-ends.ts";

/** What an entry has in common with its neighbour: the closest there is. */
export type Relation = "exchange" | "call" | "request" | "trace";

export interface Neighbour {
  readonly entry: AuditEntry;
  readonly relation: Relation;
}

export interface Neighbours {
  /** In the order in which what they speak of began. Without the entry itself. */
  readonly entries: readonly Neighbour[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
}

export interface NeighbourOptions {
  /** @default 50 */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const shared: readonly (readonly [Relation, column: string, path: readonly string[]])[] = [
  ["exchange", "exchange_id", ["exchange_id"]],
  ["call", "call_id", ["call_id"]],
  ["request", "request_id", ["request", "id"]],
  ["trace", "trace_id", ["request", "trace_id"]],
];
/** What belongs together was recorded from the day before an entry speaks of something to so many days after it was recorded. */
const daysAfter = 7;
const dayMs = 86_400_000;

/**
 * The entries around one: those of the same exchange (its start, its end), call (attempts and turns) and incoming request or trace,
 * recorded from the day before to a week after it.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`; the signal's reason
 */
export async function neighboursOf(
  table: EntryTable,
  entry: AuditEntry,
  { limit = 50, signal }: NeighbourOptions = {},
): Promise<Neighbours> {
  const known = shared.flatMap(([relation, column, path]) => {
    const value = valueAt(entry, path);
    return typeof value === "string" && value !== "" && !/[\0\p{Cs}]/u.test(value)
      ? [{ relation, column, path, value }]
      : [];
  });
  if (known.length === 0) return { entries: [], more: false };
  const days = around(entry, await table.days(signal));
  if (days.length === 0) return { entries: [], more: false };
  const values = new SqlValues();
  const fits = known.map(({ column, value }) => `coalesce("${column}" = ${values.text(value)}, false)`);
  const closest = known.map((_one, index) => `when ${fits[index]} then ${index}`).join(" ");
  const text = `select line, cast(day as varchar) as day from ${table.relation(days)} as entries
where id is not null and (${fits.join(" or ")}) order by case ${closest} end, recorded_at, log collate "C", seq limit ${2 * limit + 32}`;
  const met = new Map<string, Neighbour & { readonly place: Place }>();
  const ends = new RealEnds(new Asking(table, { system: true }, { signal }), days);
  for await (const { line, day } of table.ask<LineRow>({ text, values: values.list as SqlValue[] }, signal)) {
    const found = line === null ? null : entryOf(Buffer.from(line));
    const relation = found && known.find(({ path, value }) => valueAt(found, path) === value)?.relation;
    if (!found || !relation || found.id === entry.id || met.has(found.id) || !(await ends.counts(found)))
      continue;
    met.set(found.id, { entry: found, relation, place: placeOf(found, day) });
  }
  const entries = [...met.values()].slice(0, limit).sort(byBeginning);
  return { entries: entries.map(({ entry, relation }) => ({ entry, relation })), more: met.size > limit };
}

function byBeginning(
  a: { readonly entry: AuditEntry; readonly place: Place },
  b: { readonly entry: AuditEntry; readonly place: Place },
): number {
  const [first, second] = [
    microsecondsOf(a.entry.timestamp) ?? "~",
    microsecondsOf(b.entry.timestamp) ?? "~",
  ];
  return first < second ? -1 : first > second ? 1 : comparePlaces(a.place, b.place);
}

function around({ timestamp, recorded_at }: AuditEntry, days: readonly string[]): readonly string[] {
  const [begun, recorded] = [timestamp, recorded_at].map((time) =>
    microsecondsOf(time) === null ? null : Date.parse(time),
  );
  if (begun == null || recorded == null) return days;
  const from = dayOf(new Date(Math.min(begun, recorded) - dayMs));
  const to = dayOf(new Date(Math.max(begun, recorded) + daysAfter * dayMs));
  return days.filter((day) => day >= from && day <= to);
}

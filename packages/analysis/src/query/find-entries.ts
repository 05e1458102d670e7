import { type AuditEntry, AuditError, entryOf } from "@openrouter-audit/core";
import { dayOf } from "../entries/days.ts";
import type { EntryTable, SqlValue } from "../entries/entry-table.ts";
import { SqlValues } from "../filter/sql-values.ts";
import type { LineRow } from "./asking.ts";
import { comparePlaces, type Place, placeOf } from "./place.ts";

/** By what an entry was found: its `id` or the beginning of it, its place in a log, or what it shares with others. */
export type FoundBy = "id" | "prefix" | "place" | "generation_id" | "exchange_id" | "call_id";

export interface FoundEntry {
  readonly entry: AuditEntry;
  /** The day that it stands under, as YYYY-MM-DD. */
  readonly day: string;
  readonly by: FoundBy;
  /** Where its `id` stands too: of an entry that was written again, or of one that somebody put there. */
  readonly others: readonly { readonly log: string; readonly seq: number }[];
}

export interface FindOptions {
  readonly onProgress?: ((done: { readonly days: number; readonly totalDays: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** More do not help whoever looks for one. */
const mostFound = 100;
const daysAtOnce = 8;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The entries that somebody means: by `id`, the beginning of one, a place in a log (`LOG#SEQ`), or the id of a generation, an exchange or a
 * call. When one has exactly that `id`, it alone; else all that fit, in the order of the log, at most 100. System entries too.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export async function findEntries(
  table: EntryTable,
  wanted: string,
  { onProgress, signal }: FindOptions = {},
): Promise<readonly FoundEntry[]> {
  if (wanted.trim() === "" || /[\0\p{Cs}]/u.test(wanted))
    throw new AuditError("INVALID_OPTIONS", "Say which entry: its id, or the beginning of it.");
  const days = await table.days(signal);
  const looking = new Looking(table, wanted, signal);
  // A UUID of version 7 says when it was made, and the entry was recorded soon after that, as a rule.
  const near = daysNear(wanted, days);
  if (near.length > 0) {
    await looking.on(near);
    const exact = looking.exact();
    if (exact) return [exact];
  }
  const rest = days.filter((day) => !near.includes(day));
  for (let start = 0; start < rest.length && !looking.isFull; start += daysAtOnce) {
    onProgress?.({ days: start, totalDays: rest.length });
    await looking.on(rest.slice(start, start + daysAtOnce));
  }
  const exact = looking.exact();
  return exact ? [exact] : looking.all();
}

interface Met {
  readonly entry: AuditEntry;
  readonly place: Place;
  readonly by: FoundBy;
  readonly others: Place[];
}

class Looking {
  readonly #table: EntryTable;
  readonly #wanted: string;
  readonly #place: { readonly log: string; readonly seq: number } | null;
  readonly #signal: AbortSignal | undefined;
  readonly #met = new Map<string, Met>();

  constructor(table: EntryTable, wanted: string, signal: AbortSignal | undefined) {
    this.#table = table;
    this.#wanted = wanted;
    this.#signal = signal;
    const parts = /^(.*\/.*)#(\d{1,15})$/s.exec(wanted);
    this.#place = parts && { log: parts[1]!, seq: Number(parts[2]) };
  }

  get isFull(): boolean {
    return this.#met.size >= mostFound;
  }

  async on(days: readonly string[]): Promise<void> {
    const values = new SqlValues();
    const fits = this.#place
      ? `log = ${values.text(this.#place.log)} and seq = ${values.integer(String(this.#place.seq))}`
      : ["starts_with(id, $)", "generation_id = $", "exchange_id = $", "call_id = $"]
          .map((sql) => sql.replace("$", () => values.text(this.#wanted)))
          .join(" or ");
    const text = `select line, cast(day as varchar) as day from ${this.#table.relation(days)} as entries where id is not null and (${fits})`;
    for await (const { line, day } of this.#table.ask<LineRow>(
      { text, values: values.list as SqlValue[] },
      this.#signal,
    )) {
      const entry = line === null ? null : entryOf(Buffer.from(line));
      const by = entry && this.#fits(entry);
      if (entry && by) this.#meet(entry, placeOf(entry, day), by);
      if (this.isFull) return;
    }
  }

  exact(): FoundEntry | null {
    const met = this.#met.get(this.#wanted);
    return met ? foundOf(met) : null;
  }

  all(): FoundEntry[] {
    return [...this.#met.values()].sort((a, b) => comparePlaces(a.place, b.place)).map(foundOf);
  }

  #fits(entry: AuditEntry): FoundBy | null {
    if (this.#place) return entry.log === this.#place.log && entry.seq === this.#place.seq ? "place" : null;
    if (entry.id === this.#wanted) return "id";
    if (entry.id.startsWith(this.#wanted)) return "prefix";
    const names = ["generation_id", "exchange_id", "call_id"] as const;
    return names.find((name) => entry[name] === this.#wanted) ?? null;
  }

  #meet(entry: AuditEntry, place: Place, by: FoundBy): void {
    const known = this.#met.get(entry.id);
    if (!known) this.#met.set(entry.id, { entry, place, by, others: [] });
    else if (comparePlaces(place, known.place) < 0)
      this.#met.set(entry.id, { entry, place, by, others: [...known.others, known.place] });
    else known.others.push(place);
  }
}

function foundOf({ entry, place: { day }, by, others }: Met): FoundEntry {
  return { entry, day, by, others: others.map(({ log, seq }) => ({ log, seq })) };
}

/** The days around that on which a UUID was made. */
function daysNear(text: string, days: readonly string[]): readonly string[] {
  if (uuid.exec(text)?.[1] !== "7") return [];
  const made = Number.parseInt(text.replace("-", "").slice(0, 12), 16);
  const around = [-1, 0, 1].map((number) => new Date(made + number * 86_400_000));
  if (around.some((time) => Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999)) return [];
  const names = around.map(dayOf);
  return days.filter((day) => names.includes(day));
}

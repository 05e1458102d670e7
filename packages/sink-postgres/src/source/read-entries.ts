import {
  type AuditEntry,
  checkJournalFilter,
  entryOf,
  gapIn,
  isProcessEnded,
  matcherOf,
  type ReadSourceOptions,
} from "@openrouter-audit/core";
import { type DayThere, daysThere, earliestDay } from "./days-there.ts";
import { entryPages, type FoundRow } from "./entry-pages.ts";
import { RealEnds } from "./real-ends.ts";
import { queryOnce, type ReadTable } from "./session.ts";

const rememberedIds = 65_536;

/**
 * The entries that match, as `readJournal` gives them: the columns find the rows, the lines are the entries. In the order of
 * `recorded_at`; of the same time, by log and `seq`. Gaps are told before the first entry.
 */
export async function* readEntries(
  table: ReadTable,
  options: ReadSourceOptions = {},
): AsyncGenerator<AuditEntry> {
  checkJournalFilter(options, ["newest", "signal", "onSkipped", "onGap"]);
  const { newest, signal, since } = options;
  const fromDay = since?.toISOString().slice(0, 10) ?? earliestDay;
  const there = await queryOnce<DayThere>(table, signal, daysThere(table.names), [fromDay]);
  const days = there.map(({ day }) => day);
  const reading = new Reading(table, fromDay, options);
  if (options.onGap) await reading.tellGaps(days);
  if (newest === undefined) yield* reading.oldestFirst(days);
  else yield* await reading.newest(days, newest);
}

class Reading {
  readonly #table: ReadTable;
  readonly #options: ReadSourceOptions;
  readonly #wanted: (entry: AuditEntry) => boolean;
  readonly #ends: RealEnds;
  /** Entries of a commit that failed half-way and was written again stand in two places. */
  readonly #recent = new Set<string>();

  constructor(table: ReadTable, fromDay: string, options: ReadSourceOptions) {
    this.#table = table;
    this.#options = options;
    this.#wanted = matcherOf(options);
    this.#ends = new RealEnds(table, fromDay, options.signal);
  }

  async tellGaps(days: readonly string[]): Promise<void> {
    const { signal, onGap } = this.#options;
    const isGap = gapIn(this.#options);
    const condition = "event_type = 'audit.gap'";
    const filter = { system: true };
    const pages = entryPages({ table: this.#table, days, filter, condition, signal });
    const told = new Set<string>();
    for await (const rows of pages) {
      for (const { line } of rows) {
        const entry = entryOf(Buffer.from(line));
        if (!entry || !isGap(entry) || told.has(entry.id)) continue;
        told.add(entry.id);
        onGap?.(entry);
      }
    }
  }

  async *oldestFirst(days: readonly string[]): AsyncGenerator<AuditEntry> {
    const { signal } = this.#options;
    for await (const rows of entryPages({ table: this.#table, days, filter: this.#options, signal })) {
      for (const entry of await this.#entriesOf(rows)) {
        if (this.#recent.has(entry.id)) continue;
        this.#recent.add(entry.id);
        if (this.#recent.size > rememberedIds) this.#recent.delete(this.#recent.values().next().value!);
        if (!isProcessEnded(entry) || this.#ends.counts(entry)) yield entry;
      }
    }
  }

  /** The last ones, from the end of the newest day backwards. */
  async newest(days: readonly string[], count: number): Promise<AuditEntry[]> {
    const { signal } = this.#options;
    const found = new Map<string, AuditEntry>();
    const filter = this.#options;
    const pages = entryPages({
      table: this.#table,
      days: [...days].reverse(),
      filter,
      first: "newest",
      signal,
    });
    for await (const rows of count > 0 ? pages : []) {
      for (const entry of await this.#entriesOf(rows)) {
        // Where an id stands first is its place.
        const isKnown = found.delete(entry.id);
        if (found.size >= count) return [...found.values()].reverse();
        if (isKnown || !isProcessEnded(entry) || this.#ends.counts(entry)) found.set(entry.id, entry);
      }
    }
    return [...found.values()].reverse();
  }

  /** Those of a page that are wanted. */
  async #entriesOf(rows: readonly FoundRow[]): Promise<AuditEntry[]> {
    const entries = rows.flatMap(({ day, line }) => {
      const entry = entryOf(Buffer.from(line));
      if (!entry) this.#options.onSkipped?.({ file: day, line: 0 });
      return entry && this.#wanted(entry) ? [entry] : [];
    });
    await this.#ends.learn(entries.filter(isProcessEnded));
    return entries;
  }
}

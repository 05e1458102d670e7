import type { EntryTable } from "../entries/entry-table.ts";
import { RecentIds } from "../entries/recent-ids.ts";
import type { EntryFilter } from "../filter/entry-filter.ts";
import { entriesAsWritten, type Placed } from "./as-written.ts";
import { Asking } from "./asking.ts";
import { keyOfCursor } from "./cursor.ts";
import { FirstPlaces } from "./first-places.ts";
import { type Order, type OrderKey, orderOf } from "./order.ts";
import type { QueryOptions } from "./query-options.ts";
import { RealEnds } from "./real-ends.ts";
import { allSorted, firstSorted, type Sorted } from "./sorted.ts";
import { Spans } from "./spans.ts";

/** More than are wanted, for some of what SQL finds is not. */
const spare = 16;
const mostRows = 16_384;

/** One search of a table. */
export class Search {
  readonly #asking: Asking;
  readonly #order: Order;
  readonly #cursor: OrderKey | null;

  /** @throws AuditError `INVALID_OPTIONS` */
  constructor(table: EntryTable, filter: EntryFilter, options: QueryOptions) {
    this.#asking = new Asking(table, filter, options);
    this.#order = orderOf(options.order ?? "recorded_at");
    this.#cursor = options.cursor === undefined ? null : keyOfCursor(this.#order, options.cursor);
  }

  get order(): Order {
    return this.#order;
  }

  /** All entries, in the order of the log: those of days that were written in one piece as they are read. */
  async *all(): AsyncGenerator<Placed> {
    const there = await this.#asking.days();
    const days = this.#fromCursor(there);
    const ends = new RealEnds(this.#asking, there);
    if (!this.#order.byDay || this.#order.descending || this.#cursor)
      return yield* this.#allSorted(days, there, ends);
    const inOrder = this.#asking.table.inOrder?.(days) ?? new Set();
    const spans = new Spans(days);
    const recent = new RecentIds();
    for (
      let span = this.#next(spans, days, inOrder);
      span.length > 0;
      span = this.#next(spans, days, inOrder)
    ) {
      const isSorted = !inOrder.has(span[0]!);
      const entries = isSorted
        ? allSorted(this.#asking, span, { order: this.#order, behind: null, tells: true })
        : entriesAsWritten(this.#asking, span);
      let found = 0;
      for await (const one of entries) {
        found += 1;
        if (recent.isNew(one.entry.id) && (await ends.counts(one.entry))) yield one;
      }
      spans.learn(found, isSorted);
    }
  }

  /** In any order, a part at a time: for as long as somebody goes on asking. */
  async *some(count: number): AsyncGenerator<Sorted> {
    const there = await this.#asking.days();
    const days = this.#fromCursor(there);
    const ends = new RealEnds(this.#asking, there);
    const first = new FirstPlaces(this.#asking, there);
    const recent = new RecentIds();
    const spans = new Spans(days);
    for (let span = this.#nextSorted(spans, days); span.length > 0; span = this.#nextSorted(spans, days)) {
      let behind = this.#cursor;
      let rows = Math.min(mostRows, count + spare);
      let total = 0;
      for (let tells = true; ; tells = false) {
        const options = { order: this.#order, behind, tells };
        const { found, last } = await firstSorted(this.#asking, span, options, rows);
        await first.learn(found, this.#around(span, there));
        for (const one of found)
          if ((await first.isFirst(one)) && recent.isNew(one.entry.id) && (await ends.counts(one.entry)))
            yield one;
        total += found.length;
        if (last === null) break;
        behind = last;
        rows = Math.min(mostRows, rows * 4);
      }
      spans.learn(total, true);
    }
  }

  async *#allSorted(
    days: readonly string[],
    there: readonly string[],
    ends: RealEnds,
  ): AsyncGenerator<Sorted> {
    const first = new FirstPlaces(this.#asking, there);
    const recent = new RecentIds();
    const spans = new Spans(days);
    for (let span = this.#nextSorted(spans, days); span.length > 0; span = this.#nextSorted(spans, days)) {
      await first.learnAll(this.#around(span, there));
      const options = { order: this.#order, behind: this.#cursor, tells: true };
      let found = 0;
      for await (const one of allSorted(this.#asking, span, options)) {
        found += 1;
        if ((await first.isFirst(one)) && recent.isNew(one.entry.id) && (await ends.counts(one.entry)))
          yield one;
      }
      spans.learn(found, true);
    }
  }

  /** In the order in which to read them, from where the cursor is. */
  #fromCursor(days: readonly string[]): readonly string[] {
    const { byDay, descending } = this.#order;
    if (!byDay) return days;
    const { day } = this.#cursor ?? {};
    const rest = day === undefined ? days : days.filter((each) => (descending ? each <= day : each >= day));
    return descending ? [...rest].reverse() : rest;
  }

  #next(spans: Spans, days: readonly string[], inOrder: ReadonlySet<string>): readonly string[] {
    this.#report(spans, days);
    return spans.next((day) => inOrder.has(day));
  }

  /** Of another order than that of the log, all days are one. */
  #nextSorted(spans: Spans, days: readonly string[]): readonly string[] {
    this.#report(spans, days);
    return this.#order.byDay ? spans.next() : spans.rest();
  }

  #report({ done }: Spans, { length }: readonly string[]): void {
    this.#asking.options.onProgress?.({ days: done, totalDays: length });
  }

  /** Where entries of these days can stand too: what was not written was written again, as a rule soon. */
  #around(span: readonly string[], days: readonly string[]): readonly string[] {
    if (!this.#order.byDay) return days;
    const earliest = [...span].sort()[0]!;
    const before = [...days]
      .sort()
      .filter((day) => day < earliest)
      .at(-1);
    return before === undefined ? span : [...span, before];
  }
}

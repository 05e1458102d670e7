import { entryOf, isProcessEnded } from "@openrouter-audit/core";
import type { SqlRow } from "../entries/entry-table.ts";
import { isPresumedEnd } from "../entries/presumed-end.ts";
import type { Placed } from "./as-written.ts";
import type { Asking, LineRow } from "./asking.ts";
import { comparePlaces, type Place, placeOf } from "./place.ts";

/** So many ids stand in a statement; for more, all that repeat are asked for. */
const mostNamed = 500;

/**
 * Where ids stand first. An entry stands in two places when a commit failed half-way and was written again; in the first it counts.
 * Who reads backwards, or begins in the middle, has not seen that.
 */
export class FirstPlaces {
  readonly #asking: Asking;
  /** Every day of the search. */
  readonly #there: readonly string[];
  readonly #first = new Map<string, Place>();
  /** The days of which all ids that repeat are known. */
  #known: readonly string[] = [];

  #knowsEnds = false;

  constructor(asking: Asking, there: readonly string[]) {
    this.#asking = asking;
    this.#there = there;
  }

  /** Looks at which of these stand somewhere on those days too, by the wanted ones. */
  async learn(found: readonly Placed[], days: readonly string[]): Promise<void> {
    if (found.length === 0 || days.every((day) => this.#known.includes(day))) return;
    if (found.length > mostNamed) await this.learnAll(days);
    else
      await this.#learn(
        days,
        found.map(({ entry }) => entry.id),
      );
  }

  /** The same for all that stand on those days. */
  async learnAll(days: readonly string[]): Promise<void> {
    await this.#learn(days, null);
    this.#known = days;
  }

  /** Whether an entry stands here first, as far as was looked. */
  async isFirst({ entry, place }: Placed): Promise<boolean> {
    // Each host that takes a process for dead writes this same entry, and one may come back after weeks.
    if (isProcessEnded(entry) && !this.#knowsEnds) {
      this.#knowsEnds = true;
      await this.#learn(this.#there, null, isPresumedEnd());
    }
    const first = this.#first.get(entry.id);
    return first === undefined || comparePlaces(place, first) <= 0;
  }

  async #learn(days: readonly string[], ids: readonly string[] | null, which = "true"): Promise<void> {
    const relation = this.#asking.table.relation(days);
    const repeated = this.#asking.ask<SqlRow & { id: string }>((wanted, values) => {
      const named = ids ? ` and id in (${ids.map((id) => values.text(id)).join(", ")})` : "";
      return `select id from ${relation} as entries where (${wanted}) and ${which}${named} group by id having count(*) > 1`;
    });
    const names: string[] = [];
    for await (const { id } of repeated) names.push(id);
    for (let start = 0; start < names.length; start += mostNamed) {
      const some = names.slice(start, start + mostNamed);
      const rows = this.#asking.ask<LineRow>(
        (wanted, values) =>
          `select line, cast(day as varchar) as day from ${relation} as entries
where (${wanted}) and id in (${some.map((id) => values.text(id)).join(", ")})`,
      );
      for await (const { line, day } of rows) {
        const entry = line === null ? null : entryOf(Buffer.from(line));
        if (!entry || !this.#asking.isWanted(entry)) continue;
        const place = placeOf(entry, day);
        const known = this.#first.get(entry.id);
        if (!known || comparePlaces(place, known) < 0) this.#first.set(entry.id, place);
      }
    }
  }
}

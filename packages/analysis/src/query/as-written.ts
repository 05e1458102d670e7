import type { AuditEntry } from "@openrouter-audit/core";
import type { Asking, LineRow } from "./asking.ts";
import { comparePlaces, type Place, placeOf } from "./place.ts";

/** An entry that was found, and where it stands. */
export interface Placed {
  readonly entry: AuditEntry;
  readonly place: Place;
}

/**
 * The wanted entries of days that were written in one piece, as they are read: nothing is sorted, so that the first is there at once, and
 * little is held. Of one file, several processes write their commits as they are ready: neighbours change places.
 */
export async function* entriesAsWritten(asking: Asking, days: readonly string[]): AsyncGenerator<Placed> {
  const rows = asking.ask<LineRow>((wanted) => {
    const noticed = asking.noticed;
    return `select line, file, cast(day as varchar) as day, id is null as broken from ${asking.table.relation(days)} as entries
where (${wanted})${noticed ? ` or ${noticed}` : ""}`;
  });
  const held = new Held();
  for await (const row of rows) {
    const entry = asking.entryIn(row);
    if (entry) yield* held.push({ entry, place: placeOf(entry, row.day) }, row.line!.length);
  }
  yield* held.end();
}

/** Commits are written within so much time after they were sealed; who is later stands where it was written. */
const slackMs = 5_000;
const mostHeld = 4_096;
const mostCharacters = 8 << 20;

/** What was read and may have to wait for something before it. */
class Held {
  #held: (Placed & { readonly characters: number })[] = [];
  #characters = 0;
  #newest = Number.NEGATIVE_INFINITY;

  *push(one: Placed, characters: number): Generator<Placed> {
    const last = this.#held.at(-1);
    if (last && last.place.day !== one.place.day) yield* this.end();
    const time = timeOf(one.place);
    if (Number.isFinite(time) && time > this.#newest) this.#newest = time;
    let index = this.#held.length;
    while (index > 0 && comparePlaces(one.place, this.#held[index - 1]!.place) < 0) index -= 1;
    this.#held.splice(index, 0, { ...one, characters });
    this.#characters += characters;
    let ready = 0;
    while (ready < this.#held.length && this.#isReady(this.#held[ready]!, this.#held.length - ready)) {
      this.#characters -= this.#held[ready]!.characters;
      ready += 1;
    }
    yield* this.#held.splice(0, ready);
  }

  *end(): Generator<Placed> {
    const rest = this.#held;
    this.#held = [];
    this.#characters = 0;
    this.#newest = Number.NEGATIVE_INFINITY;
    yield* rest;
  }

  #isReady({ place }: Placed, held: number): boolean {
    return timeOf(place) + slackMs <= this.#newest || held > mostHeld || this.#characters > mostCharacters;
  }
}

/** What has no time stands last of its day: it waits for all others. */
function timeOf({ recorded }: Place): number {
  return recorded === null ? Number.POSITIVE_INFINITY : Date.parse(`${recorded.slice(0, 23)}Z`);
}

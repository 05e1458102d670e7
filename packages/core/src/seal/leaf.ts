import { nothingMeasured } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft } from "../entry/entry.ts";
import { canonicalJson } from "./canonical-json.ts";
import { plainJson, plainString } from "./plain-json.ts";

/** Where a draft stands in a log. */
export type Place = Pick<AuditEntry, "log" | "seq" | "recorded_at">;

const names = Object.keys(nothingMeasured);
const prefixes = names.map((name, index) => `${index === 0 ? "{" : ","}"${name}":`);
const isOfPlace = names.map((name) => name === "log" || name === "seq" || name === "recorded_at");
const neverMet = Symbol();

/** The JCS form of an entry without its seal. @throws what {@link canonicalJson} throws of an entry that has none */
export function leafOf(draft: EntryDraft, place: Place): string {
  return new LeafWriter().leafOf(draft, place);
}

/**
 * Makes the leaves of one log. Most members of an entry are as in the entry before (which service, which model, what was not
 * measured): their text is taken from its leaf, many at once.
 */
export class LeafWriter {
  #leaf = "";
  readonly #values: unknown[] = names.map(() => neverMet);
  /** Where the text of each member ends in the leaf. */
  readonly #ends: number[] = names.map(() => 0);

  /** @throws what the function of this name does */
  leafOf(draft: EntryDraft, place: Place): string {
    const leaf = this.#plainLeaf(draft, place);
    if (leaf !== null) {
      this.#leaf = leaf;
      return leaf;
    }
    // Some of the values are those of this draft by now, and their text is not.
    this.#values.fill(neverMet);
    return canonicalJson({ ...draft, ...place });
  }

  /**
   * The leaf of what nearly every draft is: exactly the known members in canonical order, all of them plain. Null for any
   * other.
   */
  #plainLeaf(draft: EntryDraft, place: Place): string | null {
    // That so many of its own are met before any it inherits.
    if (Object.keys(draft).length !== names.length) return null;
    let text = "";
    let index = 0;
    // The first of the latest members that are as before, and where their text begins in the leaf before.
    let same = 0;
    let from = 0;
    // Not over `names`: members are read much faster in the order in which the object has them.
    for (const name in draft) {
      if (name !== names[index]) return null;
      const value = isOfPlace[index] ? place[name as keyof Place] : draft[name as keyof EntryDraft];
      // The same object may have other members by now.
      if (value !== this.#values[index] || (typeof value === "object" && value !== null)) {
        const member = typeof value === "string" ? plainString(value) : plainJson(value);
        if (member === null) return null;
        text += this.#again(same, index, from, text.length) + prefixes[index]! + member;
        from = this.#ends[index]!;
        same = index + 1;
        this.#ends[index] = text.length;
        this.#values[index] = value;
      }
      index += 1;
    }
    return `${text}${this.#again(same, index, from, text.length)}}`;
  }

  /** The text of the members from `first` to before `end`, which begins at `from` in the leaf before and at `to` in this. */
  #again(first: number, end: number, from: number, to: number): string {
    if (first === end) return "";
    const text = this.#leaf.slice(from, this.#ends[end - 1]);
    if (from !== to) for (let index = first; index < end; index += 1) this.#ends[index]! += to - from;
    return text;
  }
}

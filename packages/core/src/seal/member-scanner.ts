import { type CanonicalScanner, unknown } from "./canonical-scanner.ts";

const openingBrace = 0x7b;
const comma = 0x2c;
const mostMembers = 256;

/** Where the members of an object are. */
class Members {
  count = 0;
  /** Of the brace before the first. */
  start = 0;
  readonly values = new Int32Array(mostMembers);
  /** Of the comma or brace behind each value. */
  readonly ends = new Int32Array(mostMembers);

  /** Of the comma or brace before a member. */
  startOf(index: number): number {
    return index === 0 ? this.start : this.ends[index - 1]!;
  }
}

/**
 * Finds the members of objects in RFC 8785 (JCS) form, one object after the other. Each is compared with the one before,
 * eight bytes at a time: in a journal nearly all names are the same then, and half of the values, and what is the same
 * needs no second look.
 */
export class MemberScanner {
  readonly #json: CanonicalScanner;
  readonly #wanted: readonly string[];
  /** Which member has each of the wanted names; -1 when none has. */
  readonly #places: Int32Array;
  #before = new Members();
  #members = new Members();

  constructor(json: CanonicalScanner, wanted: readonly string[]) {
    this.#json = json;
    this.#wanted = wanted;
    this.#places = new Int32Array(wanted.length).fill(-1);
  }

  /** So that the next object is not compared with the last: its bytes are gone, or it was not what it seemed. */
  forget(): void {
    this.#members.count = 0;
  }

  /** Where the value of a wanted member begins in the object that was read last, or `unknown` when there is none. */
  startOf(wanted: number): number {
    const place = this.#places[wanted]!;
    return place < 0 ? unknown : this.#members.values[place]!;
  }

  /** Where the value of a wanted member ends that there is. */
  endOf(wanted: number): number {
    return this.#members.ends[this.#places[wanted]!]!;
  }

  /**
   * Whether an object with members begins at `start` and has its last brace at `end`, in whose place a comma may stand.
   * False when it is not sure.
   */
  read(start: number, end: number): boolean {
    const members = this.#before;
    this.#before = this.#members;
    this.#members = members;
    members.start = start;
    members.count = 0;
    return this.#readSame(start, end);
  }

  /** Reads the members that have the names of those of the object before. */
  #readSame(start: number, end: number): boolean {
    const json = this.#json;
    const before = this.#before;
    const { values, ends } = this.#members;
    const endBefore = before.startOf(before.count);
    let index = 0;
    let at = start;
    while (index < before.count && at < end) {
      const shift = at - before.startOf(index);
      const same = this.#sameUntil(before.startOf(index), at, endBefore);
      // With the byte behind it, since a number may go on.
      while (index < before.count && before.ends[index]! < same) {
        values[index] = before.values[index]! + shift;
        at = before.ends[index]! + shift;
        ends[index] = at;
        index += 1;
      }
      if (index === before.count) break;
      const value = before.values[index]!;
      if (value > same) break;
      values[index] = value + shift;
      at = json.value(value + shift);
      if (at === unknown) return false;
      ends[index] = at;
      index += 1;
    }
    return this.#readOn(index, at, end);
  }

  /** Reads the members that are left, from the one with this index on. */
  #readOn(from: number, start: number, end: number): boolean {
    const json = this.#json;
    const members = this.#members;
    let index = from;
    let at = start;
    this.#missFrom(from);
    while (at < end) {
      const first = index === 0;
      if (index === mostMembers || json.bytes[at] !== (first ? openingBrace : comma)) return false;
      const name = at + 1;
      const value = json.name(name);
      if (value === unknown) return false;
      if (!first && !json.inOrder(members.startOf(index - 1) + 1, name)) return false;
      const wanted = this.#wanted.indexOf(json.bytes.toString("latin1", name + 1, value - 2));
      if (wanted >= 0) this.#places[wanted] = index;
      members.values[index] = value;
      at = json.value(value);
      if (at === unknown) return false;
      members.ends[index] = at;
      index += 1;
    }
    if (at !== end) return false;
    members.count = index;
    return true;
  }

  #missFrom(index: number): void {
    const places = this.#places;
    for (let wanted = 0; wanted < places.length; wanted += 1) {
      if (places[wanted]! >= index) places[wanted] = -1;
    }
  }

  /** The end of the bytes from `first` on that stand at `second` too, at least as far as to `end`. */
  #sameUntil(first: number, second: number, end: number): number {
    const { words } = this.#json;
    const shift = second - first;
    let same = first;
    // As numbers, eight bytes are equal only when their bits are, but for two kinds of zero; and what was read before has
    // no byte of zero. NaN, of bytes beyond ASCII, is equal to nothing: then there is a second look.
    while (same <= end && words.getFloat64(same, true) === words.getFloat64(same + shift, true)) same += 8;
    for (let word = 0; word < 2; word += 1) {
      const different = words.getInt32(same, true) ^ words.getInt32(same + shift, true);
      if (different !== 0) return same + ((31 - Math.clz32(different & -different)) >> 3);
      same += 4;
    }
    return same;
  }
}

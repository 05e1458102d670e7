import type { Coverage } from "./coverage.ts";
import type { LinePosition, Verdict } from "./verdict.ts";

/** Lines that are missing before one that was found: nothing can be said of those after them. */
export class MissingLines {
  readonly #from: number;
  readonly #to: number;
  readonly #at: LinePosition;
  readonly #isFirstInFile: boolean;
  /** One line that comes twice does not stand for two. */
  readonly #found = new Set<number>();

  constructor(from: number, to: number, at: LinePosition, isFirstInFile: boolean) {
    this.#from = from;
    this.#to = to;
    this.#at = at;
    this.#isFirstInFile = isFirstInFile;
  }

  /** A line that comes later. */
  count(seq: number): void {
    if (seq >= this.#from && seq < this.#to) this.#found.add(seq);
  }

  /** What it means that they are not where they should be. */
  finding({ whole, since }: Coverage): [Verdict, number, LinePosition, string] {
    const [from, to] = [this.#from, this.#to];
    const missing = entriesBetween(from, to);
    if (this.#found.size === to - from)
      return ["SEQ_ORDER", to, this.#at, `entry ${to} stands before ${missing}`];
    const mayBeElsewhere = this.#isFirstInFile && (!whole || (since !== null && from === 0));
    return [mayBeElsewhere ? "PARTIAL" : "SEQ_GAP", to, this.#at, `${missing} missing before entry ${to}`];
  }
}

/** What it means that a log of which `size` entries are here goes on with `seq` in later files; null: nothing, or it does not. */
export function laterFinding(size: number, seq: number | undefined): [Verdict, string] | null {
  if (seq === undefined || seq === size) return null;
  return seq > size
    ? ["SEQ_GAP", `${entriesBetween(size, seq)} missing: later files go on with ${seq}`]
    : ["SEQ_ORDER", `entry ${seq} stands in a later file, after ${size - 1}`];
}

/** `[from, to)` in words. */
export function entriesBetween(from: number, to: number): string {
  return to - from === 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`;
}

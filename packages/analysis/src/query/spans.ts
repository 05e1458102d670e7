/** So many days are asked for at once, at most: engines read several files at a time, and who waits is told how far it is. */
const mostAtOnce = 8;
/** So many entries of a span are few: to sort them is nothing beside reading the days, and each span is one more statement. */
const few = 2_048;

/** Days to be read, a few at a time: one at first, so that the first entry is soon there, then more as long as little is found. */
export class Spans {
  readonly #days: readonly string[];
  #done = 0;
  #size = 1;

  /** @param days in the order in which to read them */
  constructor(days: readonly string[]) {
    this.#days = days;
  }

  get done(): number {
    return this.#done;
  }

  /** The next days, of one kind; empty when there are no more. */
  next(kindOf: (day: string) => boolean = () => true): readonly string[] {
    const days = this.#days.slice(this.#done, this.#done + this.#size);
    const other = days.findIndex((day) => kindOf(day) !== kindOf(days[0]!));
    const span = other < 0 ? days : days.slice(0, other);
    this.#done += span.length;
    return span;
  }

  /** All that are left. */
  rest(): readonly string[] {
    const days = this.#days.slice(this.#done);
    this.#done = this.#days.length;
    return days;
  }

  /** Those that were read held so many entries. */
  learn(found: number, isSorted: boolean): void {
    this.#size = isSorted && found > few ? 1 : Math.min(mostAtOnce, this.#size * 2);
  }
}

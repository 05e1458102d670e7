/** A call, which is told its place among those that run. */
export interface Placed {
  /** -1 when it is not among them. */
  place: number;
}

/**
 * The calls that run, in no order. No Set: with 64 calls in flight it measured at 10 µs for each that comes and goes, forty times what
 * it takes in a loop by itself.
 */
export class RunningCalls<Call extends Placed> implements Iterable<Call> {
  readonly #calls: Call[] = [];
  readonly #onEmpty: () => void;

  /** @param onEmpty called when the last one has ended */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#calls.length;
  }

  add(call: Call): void {
    call.place = this.#calls.push(call) - 1;
  }

  /** Does nothing with one that is not among them. */
  delete(call: Call): void {
    const { place } = call;
    if (this.#calls[place] !== call) return;
    const last = this.#calls.pop()!;
    if (last !== call) {
      this.#calls[place] = last;
      last.place = place;
    }
    call.place = -1;
    if (this.#calls.length === 0) this.#onEmpty();
  }

  [Symbol.iterator](): Iterator<Call> {
    return this.#calls[Symbol.iterator]();
  }
}

import type { Exchange } from "../capture/exchange.ts";

/** What a log should not be closed under: calls that are running, and work that may make more of them. */
export class RunningWork {
  readonly calls: Set<Exchange> = new Watched<Exchange>(() => this.#changed());
  readonly #held = new Watched<Promise<unknown>>(() => this.#changed());
  #waiting: (() => void)[] = [];

  /** Counts as running until it is settled. */
  hold(work: Promise<unknown>): void {
    this.#held.add(work);
    const settled = () => void this.#held.delete(work);
    work.then(settled, settled);
  }

  /** Resolves when no call is running. */
  async callsEnded(): Promise<void> {
    while (this.calls.size > 0) await this.#change();
  }

  /** Resolves when neither a call nor held work is running. */
  async ended(): Promise<void> {
    while (this.calls.size + this.#held.size > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }
}

/** A set that tells when it has become empty. */
class Watched<T> extends Set<T> {
  readonly #onEmpty: () => void;

  constructor(onEmpty: () => void) {
    super();
    this.#onEmpty = onEmpty;
  }

  override delete(value: T): boolean {
    const wasThere = super.delete(value);
    if (wasThere && this.size === 0) this.#onEmpty();
    return wasThere;
  }
}

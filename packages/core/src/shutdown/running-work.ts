import type { Exchange } from "../capture/exchange.ts";
import { RunningCalls } from "./running-calls.ts";

/** What a log should not be closed under: calls that are running, and work that may make more of them. */
export class RunningWork {
  readonly calls = new RunningCalls<Exchange>(() => this.#changed());
  readonly #held = new Set<Promise<unknown>>();
  #waiting: (() => void)[] = [];

  /** Counts as running until it is settled. */
  hold(work: Promise<unknown>): void {
    this.#held.add(work);
    const settled = () => {
      this.#held.delete(work);
      if (this.#held.size === 0) this.#changed();
    };
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

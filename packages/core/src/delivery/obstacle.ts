import type { OutageOptions } from "./outage.ts";
import { sinkFails, sinkRefuses, tellRecovered } from "./sink-problems.ts";
import { messageOf } from "./sink-write.ts";
import { ToldReasons } from "./told-reasons.ts";

/** Why the lock of a sink, or its cursor, can be had by nobody, and that somebody is told. */
export class Obstacle {
  readonly #options: OutageOptions;
  readonly #told = new ToldReasons();
  /** In words that can be shown; null when there is none. */
  why: string | null = null;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  met(error: unknown): void {
    const { sink, isRequired, onFailure = "block", events, clock } = this.#options;
    const why = messageOf(error);
    this.why = why;
    if (!this.#told.isDue(why, clock.now())) return;
    events.problem(
      isRequired ? sinkRefuses(sink.name, why, error, onFailure) : sinkFails(sink.name, why, error),
    );
  }

  gone(): void {
    if (this.why === null) return;
    this.why = null;
    this.#told.clear();
    tellRecovered(this.#options.events, this.#options.sink.name);
  }
}

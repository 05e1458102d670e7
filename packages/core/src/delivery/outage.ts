import type { AuditEvents } from "../audit-events.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import type { Clock } from "./clock.ts";
import type { AuditSink } from "./sink.ts";
import { sinkFails, sinkRefuses, tellRecovered } from "./sink-problems.ts";
import { ToldReasons } from "./told-reasons.ts";

export interface OutageOptions {
  readonly sink: Pick<AuditSink, "name">;
  readonly isRequired: boolean;
  /** What becomes of calls while a required sink fails. @default "block" */
  readonly onFailure?: OnFailure;
  readonly events: AuditEvents;
  readonly clock: Clock;
  /** Told when {@link Outage.isFailing} or {@link Outage.lastError} has changed. */
  readonly onChange?: () => void;
}

/** One failure is no reason yet to refuse anybody: it may be over with the next try. */
const failuresOfFailing = 2;

/** How a sink fails, and that somebody is told: when it begins, when callers of a required sink are refused, when it is over. */
export class Outage {
  readonly #options: OutageOptions;
  readonly #told = new ToldReasons();
  #isRefusalTold = false;
  #failures = 0;
  #isHanging = false;
  #isLate = false;
  #was: { readonly isFailing: boolean; readonly lastError: string | null } = {
    isFailing: false,
    lastError: null,
  };
  lastError: string | null = null;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  /** How many tries in a row have failed. */
  get failures(): number {
    // One that does not end though its time is up has failed too.
    return this.#failures + (this.#isHanging ? 1 : 0);
  }

  /** Whether nobody should wait for the sink at present. */
  get isFailing(): boolean {
    return this.failures >= failuresOfFailing || this.#isLate;
  }

  failed(cause: unknown, message: string): void {
    this.#failures += 1;
    this.#tell(cause, message);
    this.#noteChange();
  }

  /** A write does not end though its time is up. */
  hangs(message: string): void {
    this.#isHanging = true;
    this.#tell(null, message);
    this.#noteChange();
  }

  /** It has ended after all; how is said next. */
  hangsNoMore(): void {
    this.#isHanging = false;
  }

  /** @param isOver whether that says that the sink works again */
  succeeded(isOver: boolean): void {
    this.#failures = 0;
    if (isOver && !this.#isLate) this.#end();
    this.#noteChange();
  }

  /** Somebody waited in vain, though no write has failed yet. */
  late(message: string): void {
    this.#isLate = true;
    this.#tell(null, this.lastError ?? message);
    this.#noteChange();
  }

  /** What was waited for is there. @param isOver as of {@link succeeded} */
  caughtUp(isOver: boolean): void {
    if (!this.#isLate) return;
    this.#isLate = false;
    if (isOver && this.failures === 0) this.#end();
    this.#noteChange();
  }

  #end(): void {
    if (this.#told.isEmpty) return;
    this.#told.clear();
    this.#isRefusalTold = false;
    this.lastError = null;
    tellRecovered(this.#options.events, this.#options.sink.name);
  }

  #tell(cause: unknown, message: string): void {
    const { sink, isRequired, onFailure = "block", events, clock } = this.#options;
    this.lastError = message;
    const refuses = isRequired && this.isFailing;
    const isUrgent = this.#isHanging || (refuses && !this.#isRefusalTold);
    // The same reason is news when calls are refused for it.
    if (!this.#told.isDue(refuses ? `refuses: ${message}` : message, clock.now(), isUrgent)) return;
    this.#isRefusalTold ||= refuses;
    events.problem(
      refuses ? sinkRefuses(sink.name, message, cause, onFailure) : sinkFails(sink.name, message, cause),
    );
  }

  #noteChange(): void {
    const { isFailing, lastError } = this;
    if (isFailing === this.#was.isFailing && lastError === this.#was.lastError) return;
    this.#was = { isFailing, lastError };
    this.#options.onChange?.();
  }
}

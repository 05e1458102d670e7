import type { AuditEvents } from "../audit-events.ts";
import { sinkFails } from "./sink-problems.ts";

/** One failure is no reason yet to refuse anybody: it may be over with the next try. */
const failuresOfFailing = 2;

/** How a sink fails, and that somebody is told: once when it begins, once when it is over. */
export class Outage {
  readonly #name: string;
  readonly #events: AuditEvents;
  readonly #onFailing: (isFailing: boolean) => void;
  #isTold = false;
  #failures = 0;
  #isHanging = false;
  #isLate = false;
  #wasFailing = false;
  lastError: string | null = null;

  /** @param onFailing told when {@link isFailing} has changed */
  constructor(name: string, events: AuditEvents, onFailing: (isFailing: boolean) => void) {
    this.#name = name;
    this.#events = events;
    this.#onFailing = onFailing;
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
    this.#noteFailing();
  }

  /** A write does not end though its time is up. */
  hangs(message: string): void {
    this.#isHanging = true;
    this.#tell(null, message);
    this.#noteFailing();
  }

  /** It has ended after all; how is said next. */
  hangsNoMore(): void {
    this.#isHanging = false;
  }

  /** @param isOver whether that says that the sink works again */
  succeeded(isOver: boolean): void {
    this.#failures = 0;
    if (isOver && !this.#isLate) this.#end();
    this.#noteFailing();
  }

  /** Somebody waited in vain, though no write has failed yet. */
  late(message: string): void {
    this.#isLate = true;
    if (!this.#isTold) this.#tell(null, message);
    this.#noteFailing();
  }

  /** What was waited for is there. @param isOver as of {@link succeeded} */
  caughtUp(isOver: boolean): void {
    if (!this.#isLate) return;
    this.#isLate = false;
    if (isOver && this.failures === 0) this.#end();
    this.#noteFailing();
  }

  #end(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.lastError = null;
    this.#events.emit("recovered", { part: "sink", name: this.#name });
  }

  #tell(cause: unknown, message: string): void {
    this.lastError = message;
    if (this.#isTold) return;
    this.#isTold = true;
    this.#events.problem(sinkFails(this.#name, message, cause));
  }

  #noteFailing(): void {
    if (this.isFailing === this.#wasFailing) return;
    this.#wasFailing = this.isFailing;
    this.#onFailing(this.#wasFailing);
  }
}

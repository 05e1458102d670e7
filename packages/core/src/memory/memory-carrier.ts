import type { AuditEvents } from "../audit-events.ts";
import { Carrier } from "../delivery/carrier.ts";
import type { Clock } from "../delivery/clock.ts";
import { afterAwake } from "../delivery/clock.ts";
import { closeSink } from "../delivery/close-sink.ts";
import type { SinkStatus } from "../delivery/delivery.ts";
import { ageOf, watchLag } from "../delivery/lag-watch.ts";
import type { DeadLetter } from "../delivery/parcel.ts";
import type { AuditSink } from "../delivery/sink.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import type { MemoryParcel } from "./memory-parcel.ts";
import type { MemoryQueue, MemorySource } from "./memory-queue.ts";

export interface MemoryCarrierOptions {
  readonly sink: AuditSink;
  readonly isRequired: boolean;
  /** How long callers wait for a required sink, in milliseconds. */
  readonly recordTimeoutMs: number;
  readonly queue: MemoryQueue;
  readonly onPassed: () => void;
  readonly onFailure?: OnFailure;
  /** Told when {@link MemoryCarrier.isFailing} may have changed. */
  readonly onChange: () => void;
  readonly onRejected: (sink: string, letters: readonly DeadLetter<MemoryParcel>[]) => void;
  readonly events: AuditEvents;
  readonly clock: Clock;
}

/** How long a sink has to end a write that it is asked to stop, and then to close: both in the second that an end may take. */
const partingMs = 450;

/** Delivery from memory to one sink. */
export class MemoryCarrier {
  readonly isRequired: boolean;
  readonly #sink: AuditSink;
  readonly #source: MemorySource;
  readonly #carrier: Carrier<MemoryParcel>;
  readonly #events: AuditEvents;
  readonly #clock: Clock;
  readonly #stopWatching: () => void;

  /** @throws AuditError `INVALID_OPTIONS` for limits that no batch could keep */
  constructor(options: MemoryCarrierOptions) {
    const { sink, isRequired, queue, onPassed, onRejected, events, clock } = options;
    this.isRequired = isRequired;
    this.#sink = sink;
    this.#events = events;
    this.#clock = clock;
    this.#source = queue.newSource(onPassed);
    this.#carrier = new Carrier({
      ...options,
      source: this.#source,
      setAside: async (letters) => onRejected(sink.name, letters),
    });
    this.#stopWatching = watchLag(
      clock,
      () => this.#source.oldest,
      () => events.emit("lag", this.status),
    );
    this.#carrier.start();
  }

  get name(): string {
    return this.#sink.name;
  }

  /** Whether nobody should wait for it at present. One failure is no reason yet: it may be over with the next try. */
  get isFailing(): boolean {
    return this.#carrier.isFailing;
  }

  get lastError(): string | null {
    return this.#carrier.status.lastError;
  }

  /** Everything before this is with the sink, or was rejected by it. */
  get position(): number {
    return this.#source.position;
  }

  /** How many entries the sink does not have. */
  get behind(): number {
    return this.#source.behind;
  }

  /** How many lost entries the gaps tell of that the sink does not have. */
  get gaps(): number {
    return this.#source.gaps;
  }

  get status(): SinkStatus {
    const { bytesBehind: bytes, oldest } = this.#source;
    const lag = { bytes, ms: ageOf(oldest, this.#clock.now()) };
    return { name: this.name, required: this.isRequired, ...this.#carrier.status, lag };
  }

  /** Somebody has waited for the sink in vain. */
  late(message: string): void {
    this.#carrier.late(message);
  }

  /** The sink has what was waited for in vain. */
  caughtUp(): void {
    this.#carrier.caughtUp();
  }

  hurry(): void {
    this.#carrier.hurry();
  }

  /** Ends the delivery, and closes the sink if its last write ends. Never rejects. */
  async close(): Promise<void> {
    this.#stopWatching();
    if (!(await this.#inTime(this.#carrier.stop()))) return;
    await this.#inTime(closeSink(this.#sink, this.#events));
  }

  /** @returns whether it has ended, well or not */
  async #inTime(work: Promise<void>): Promise<boolean> {
    let cancel = () => {};
    const timeIsUp = new Promise<boolean>((resolve) => {
      cancel = afterAwake(this.#clock, partingMs, () => resolve(false), { waits: true });
    });
    const ended = work.then(
      () => true,
      () => true,
    );
    try {
      return await Promise.race([ended, timeIsUp]);
    } finally {
      cancel();
    }
  }
}

import type { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import type { JournalEnd } from "../journal/journal-file.ts";
import { BatchLimits } from "./batch-limits.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Delivery, SinkStatus } from "./delivery.ts";
import { JournalWatch } from "./journal-watch.ts";
import type { AuditSink } from "./sink.ts";
import { SinkDelivery } from "./sink-delivery.ts";
import { sinkUnavailable } from "./sink-unavailable.ts";
import { timeInWords } from "./time-in-words.ts";

export interface JournalDeliveryOptions {
  /** The real path of the journal. */
  readonly directory: string;
  readonly sinks: readonly { readonly sink: AuditSink; readonly isRequired: boolean }[];
  readonly events: AuditEvents;
  /** What becomes of calls while a required sink fails. @default "block" */
  readonly onFailure?: OnFailure;
  /** How long callers wait for required sinks, in milliseconds. @default 10 s */
  readonly recordTimeoutMs?: number;
  readonly clock?: Clock;
}

/**
 * Brings what is in a journal to its sinks: each on its own, at its own pace, from where it was left, whoever wrote it and
 * whenever. See docs/delivery.md.
 */
export class JournalDelivery implements Delivery {
  readonly #watch: JournalWatch;
  readonly #sinks: readonly SinkDelivery[];
  readonly #required: readonly SinkDelivery[];
  /** Where the newest commit of this process ended. */
  #end: JournalEnd | null = null;
  #closing: Promise<void> | null = null;

  /** @throws AuditError `INVALID_OPTIONS` for limits of a sink that no batch could keep */
  constructor({ sinks, recordTimeoutMs = 10_000, clock = systemClock, ...options }: JournalDeliveryOptions) {
    this.#watch = new JournalWatch(options.directory, clock);
    const watch = this.#watch;
    const deliveries = sinks.map(({ sink, isRequired }) => {
      // Before anything is opened.
      new BatchLimits(sink);
      const delivery = new SinkDelivery({ ...options, sink, isRequired, recordTimeoutMs, watch, clock });
      return { delivery, isRequired };
    });
    this.#sinks = deliveries.map(({ delivery }) => delivery);
    this.#required = deliveries.filter(({ isRequired }) => isRequired).map(({ delivery }) => delivery);
  }

  start(): void {
    for (const sink of this.#sinks) sink.start();
  }

  /** The journal has grown to there, and that is on the disk. */
  readonly committed = (end: JournalEnd): void => {
    this.#end = end;
    this.#watch.grew(end);
  };

  get failure(): AuditError | null {
    for (const { failure } of this.#required) if (failure) return failure;
    return null;
  }

  async reached(timeoutMs: number, { untilFailure = false } = {}): Promise<void> {
    const end = this.#end;
    if (end) await Promise.all(this.#required.map((sink) => sink.reached(end, timeoutMs, untilFailure)));
  }

  async flush(timeoutMs: number): Promise<void> {
    const end = this.#end;
    if (!end) return;
    this.#watch.wake();
    const late = await Promise.all(
      this.#sinks.map(async (sink) => ((await sink.flushed(end, timeoutMs)) ? [] : [sink.inWords])),
    );
    const names = late.flat();
    if (names.length > 0) throw sinkUnavailable(names, `not within ${timeInWords(timeoutMs)}`);
  }

  close(timeoutMs: number): Promise<void> {
    this.#watch.wake();
    this.#closing ??= Promise.all(this.#sinks.map((sink) => sink.close(this.#end, timeoutMs))).then(() => {});
    return this.#closing;
  }

  status(): readonly SinkStatus[] {
    return this.#sinks.map(({ status }) => status);
  }
}

import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { AuditConfig } from "../config.ts";
import { BatchLimits } from "../delivery/batch-limits.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Delivery, SinkStatus } from "../delivery/delivery.ts";
import type { DeadLetter } from "../delivery/parcel.ts";
import { timeInWords } from "../delivery/time-in-words.ts";
import { Waiters } from "../delivery/waiters.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import { MemoryCarrier } from "./memory-carrier.ts";
import type { MemoryParcel } from "./memory-parcel.ts";
import type { MemoryQueue } from "./memory-queue.ts";

export interface MemoryDeliveryOptions {
  readonly sinks: AuditConfig["sinks"];
  readonly queue: MemoryQueue;
  /** Told of entries that a sink will never take: there is no disk to keep them on. */
  readonly onRejected: (sink: string, letters: readonly DeadLetter<MemoryParcel>[]) => void;
  /** Resolves with the position behind everything recorded so far, when that is in the queue. */
  readonly sealed: () => Promise<number>;
  /** Whether entries were lost that the log does not tell of yet. */
  readonly owesGap: () => boolean;
  /** How long callers wait for required sinks, in milliseconds. */
  readonly recordTimeoutMs: number;
  /** What becomes of calls while a required sink fails. @default "block" */
  readonly onFailure?: OnFailure;
  readonly events: AuditEvents;
  readonly clock: Clock;
}

/** Brings a log from memory to the sinks. */
export class MemoryDelivery implements Delivery {
  readonly #options: MemoryDeliveryOptions;
  readonly #carriers: readonly MemoryCarrier[];
  readonly #required: readonly MemoryCarrier[];
  readonly #callers: Waiters<number>;
  readonly #everywhere: Waiters<number>;
  /** Up to where a required sink did not have everything in the time that callers wait. */
  #overdue = 0;
  #lost: AuditError | null = null;
  #closing: Promise<void> | null = null;

  /** @throws AuditError `INVALID_OPTIONS` for limits that no batch could keep */
  constructor(options: MemoryDeliveryOptions) {
    const { sinks, clock } = options;
    this.#options = options;
    this.#callers = new Waiters(clock);
    this.#everywhere = new Waiters(clock);
    const onPassed = () => {
      const [required, everywhere] = [reachedBy(this.#required), reachedBy(this.#carriers)];
      this.#callers.settle((position) => position <= required);
      for (const carrier of this.#required) if (carrier.position >= this.#overdue) carrier.caughtUp();
      this.#everywhere.settle((position) => position <= everywhere);
    };
    const onChange = () => {
      if (this.#callers.count > 0 && this.failure) this.#callers.fail();
    };
    // Before anything begins.
    for (const { sink } of sinks) new BatchLimits(sink);
    this.#carriers = sinks.map((sink) => new MemoryCarrier({ ...options, ...sink, onPassed, onChange }));
    this.#required = this.#carriers.filter(({ isRequired }) => isRequired);
  }

  get failure(): AuditError | null {
    if (this.#lost) return this.#lost;
    const failing = this.#required.filter(({ isFailing, position }) => isFailing || position < this.#overdue);
    return failing.length === 0
      ? null
      : unavailable(failing, "New calls are refused until it takes entries again.");
  }

  /** Whether some sink takes nothing at present. */
  get isFailing(): boolean {
    return this.#carriers.some(({ isFailing }) => isFailing);
  }

  async reached(timeoutMs: number, { untilFailure = false } = {}): Promise<void> {
    const { end } = this.#options.queue;
    if (reachedBy(this.#required) >= end) return;
    const time = timeInWords(timeoutMs);
    try {
      const late = () => {
        this.#overdue = Math.max(this.#overdue, end);
        const behind = this.#required.filter(({ position }) => position < end);
        return unavailable(behind, `${time} was not enough. It waits in memory.`);
      };
      await this.#callers.until(end, timeoutMs, late, untilFailure);
    } catch (error) {
      if (!this.#closing) {
        for (const carrier of this.#required)
          if (carrier.position < end) carrier.late(`what was recorded was not taken within ${time}`);
        this.#callers.fail();
      }
      throw error;
    }
  }

  async flush(timeoutMs: number): Promise<void> {
    const until = this.#options.clock.now() + timeoutMs;
    const left = () => Math.max(0, until - this.#options.clock.now());
    for (const carrier of this.#carriers) carrier.hurry();
    const owedGap = this.#options.owesGap();
    await this.#allHave(await this.#options.sealed(), left());
    // What was lost is told when there is room, and that has to arrive too: the process may be frozen afterwards.
    if (owedGap) await this.#allHave(await this.#options.sealed(), left());
  }

  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  status(): readonly SinkStatus[] {
    return this.#carriers.map(({ status }) => status);
  }

  async #allHave(position: number, timeoutMs: number): Promise<void> {
    if (reachedBy(this.#carriers) >= position) return;
    await this.#everywhere.until(position, timeoutMs, () => {
      const behind = this.#carriers.filter((carrier) => carrier.position < position);
      return unavailable(behind, `Not within ${timeInWords(timeoutMs)}. It waits in memory.`);
    });
  }

  async #close(timeoutMs: number): Promise<void> {
    const { queue, events } = this.#options;
    // Why it could not is told with what is lost.
    await this.flush(timeoutMs).catch(() => undefined);
    await Promise.all(this.#carriers.map((carrier) => carrier.close()));
    this.#callers.giveUp();
    this.#everywhere.giveUp();
    const behind = this.#carriers.filter((carrier) => carrier.behind > 0);
    if (behind.length === 0) return;
    this.#lost = unavailable(
      behind,
      `${timeInWords(timeoutMs)} was not enough, and the log is closed: without a journal, this is lost.`,
    );
    events.problem({ code: this.#lost.code, message: this.#lost.message });
    const count = Math.min(...this.#carriers.map((carrier) => carrier.behind));
    if (count === 0) return;
    const [since, until] = [queue.at(queue.end - count)!, queue.at(queue.end - 1)!];
    events.emit("gap", {
      reason: "sink_unavailable",
      count,
      since: since.recordedAt,
      until: until.recordedAt,
    });
  }
}

function reachedBy(carriers: readonly MemoryCarrier[]): number {
  return Math.min(...carriers.map(({ position }) => position));
}

function unavailable(behind: readonly MemoryCarrier[], then: string): AuditError {
  const each = behind.map(({ name, behind: count, gaps, lastError }) => {
    const entries = `${count} ${count === 1 ? "entry" : "entries"}`;
    const dropped = gaps === 0 ? "" : `, among them the word of ${gaps} that were dropped before`;
    return `${name} (${entries}${dropped}${lastError === null ? "" : `: ${lastError}`})`;
  });
  return new AuditError(
    "SINK_UNAVAILABLE",
    `Not delivered to the ${each.length === 1 ? "sink" : "sinks"} ${each.join(", ")}. ${then}`,
  );
}

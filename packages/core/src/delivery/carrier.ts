import type { AuditEvents } from "../audit-events.ts";
import { BackOff } from "./back-off.ts";
import { BatchLimits } from "./batch-limits.ts";
import type { Clock } from "./clock.ts";
import type { SinkStatus } from "./delivery.ts";
import { Isolation } from "./isolation.ts";
import type { Parcel, ParcelSource, SetAside } from "./parcel.ts";
import { Pause } from "./pause.ts";
import type { AuditSink } from "./sink.ts";
import { messageOf, type WriteOutcome, writeMs, writeTo } from "./sink-write.ts";

export interface CarrierOptions<P extends Parcel> {
  readonly sink: AuditSink;
  readonly isRequired: boolean;
  readonly source: ParcelSource<P>;
  readonly setAside: SetAside<P>;
  readonly events: AuditEvents;
  readonly clock: Clock;
  /** Told of each change of {@link Carrier.isFailing}. */
  readonly onFailing?: (isFailing: boolean) => void;
}

/** What of a sink's status only who carries knows. */
export type Carrying = Omit<SinkStatus, "name" | "required" | "lag">;

/** Callers wait for a required sink, and it has one who asks: there is no need to spare it. */
const longestPauseMs = { required: 5_000, other: 60_000 } as const;

/** One of so many, the suspect among them. When all of them are poison, it looks like an outage. */
const comparedWith = 64;

/**
 * Brings the parcels of one source to one sink: in order, each at least once, one write after the other, until it is stopped.
 * What fails is tried again for ever; what the sink will never take is set aside.
 */
export class Carrier<P extends Parcel> {
  readonly #options: CarrierOptions<P>;
  readonly #limits: BatchLimits;
  readonly #backOff: BackOff;
  readonly #isolation = new Isolation();
  readonly #pause: Pause;
  readonly #stop = new AbortController();
  /** Taken from the source and not passed yet. */
  #window: P[] = [];
  #state: "delivering" | "idle" | "retrying" | "hanging" = "idle";
  #failures = 0;
  #isFailing = false;
  #lastError: string | null = null;
  #delivered = 0;
  #rejected = 0;
  #lastDeliveredAt: number | null = null;
  #running: Promise<void> | null = null;

  /** @throws AuditError `INVALID_OPTIONS` for limits that no batch could keep */
  constructor(options: CarrierOptions<P>) {
    const { sink, isRequired, clock } = options;
    this.#options = options;
    this.#limits = new BatchLimits(sink);
    this.#backOff = new BackOff(clock, isRequired ? longestPauseMs.required : longestPauseMs.other);
    this.#pause = new Pause(clock);
  }

  /** Whether a write failed and nothing shows yet that the sink works again. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** How many writes in a row have failed. */
  get failures(): number {
    // One that does not end though its time is up has failed too.
    return this.#failures + (this.#state === "hanging" ? 1 : 0);
  }

  /** When the oldest that is taken and not passed was recorded (RFC 3339), or null. */
  get oldest(): string | null {
    return this.#window[0]?.recordedAt ?? null;
  }

  get status(): Carrying {
    return {
      state: this.#state,
      delivered: this.#delivered,
      rejected: this.#rejected,
      failures: this.failures,
      lastError: this.#lastError,
      lastDeliveredAt: this.#lastDeliveredAt === null ? null : new Date(this.#lastDeliveredAt).toISOString(),
    };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tries again at once, if it waits after a failure: somebody waits for it. */
  hurry(): void {
    this.#pause.end();
  }

  /**
   * Begins no more writes, and asks the one that is under way to stop. Resolves when it has ended: never, if the sink never
   * ends it. What was not passed has to come again from another source.
   */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("delivery was stopped"));
    this.#pause.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#step();
      } catch (error) {
        // Not the sink: what is to be delivered cannot be read, or what it rejects cannot be kept.
        if (!this.#stop.signal.aborted) await this.#failed(error, messageOf(error));
      }
    }
  }

  async #step(): Promise<void> {
    await this.#fill();
    if (this.#stop.signal.aborted) return;
    const head = this.#window[0];
    if (!head) {
      // Also after what there was could not be read for a while.
      this.#works();
      this.#state = "idle";
      await this.#options.source.more(this.#stop.signal);
      return;
    }
    this.#state = this.#failures > 0 ? "retrying" : "delivering";
    const reason = this.#limits.tooLarge(head);
    if (reason !== null) {
      await this.#pass([head], new Map([[head.id, reason]]));
      return;
    }
    const batch = this.#limits.cut(this.#window, this.#isolation.most);
    const outcome = await this.#write(batch);
    if (outcome.how === "kept") await this.#pass(batch);
    else if (outcome.how === "rejected") await this.#pass(batch, outcome.reasons);
    else if (!this.#stop.signal.aborted) await this.#afterFailure(batch, outcome.error, outcome.message);
  }

  /** Takes what there is, up to a batch. */
  async #fill(): Promise<void> {
    const entries = this.#limits.entries - this.#window.length;
    const bytes = this.#roomInBytes();
    if (entries > 0 && bytes > 0) await this.#takeUpTo(entries, bytes);
  }

  /** What a batch has room for besides what is taken already; at least 0. */
  #roomInBytes(): number {
    const taken = this.#window.reduce((bytes, parcel) => bytes + this.#limits.sizeOf(parcel), 0);
    return Math.max(0, this.#limits.bytes - taken);
  }

  async #takeUpTo(entries: number, bytes: number): Promise<void> {
    this.#window.push(...(await this.#options.source.take({ entries, bytes })));
  }

  async #write(batch: readonly P[]): Promise<WriteOutcome> {
    const { sink, clock } = this.#options;
    const before = this.#state;
    const outcome = await writeTo(sink, batch, {
      clock,
      stop: this.#stop.signal,
      onOverdue: () => {
        this.#state = "hanging";
        this.#tellFailure(null, `a write does not end, ${writeMs / 1000} s after it began`);
      },
    });
    if (this.#state === "hanging") this.#state = before;
    return outcome;
  }

  /** Goes past the first of the window: those with a reason are set aside first. */
  async #pass(parcels: readonly P[], reasons: ReadonlyMap<string, string> = new Map()): Promise<void> {
    const letters = parcels
      .filter(({ id }) => reasons.has(id))
      .map((parcel) => ({ parcel, reason: reasons.get(parcel.id)! }));
    const { source, setAside, sink, events, clock } = this.#options;
    if (letters.length > 0) {
      await setAside(letters);
      events.problem({
        code: "ENTRY_REJECTED",
        message:
          `The sink ${sink.name} does not take ${letters.length === 1 ? "an entry" : `${letters.length} entries`}` +
          `: ${letters[0]!.reason}. Set aside; the others are delivered.`,
      });
    }
    this.#window = this.#window.slice(parcels.length);
    this.#rejected += letters.length;
    this.#delivered += parcels.length - letters.length;
    if (letters.length < parcels.length) this.#lastDeliveredAt = clock.now();
    this.#isolation.passed(parcels.length);
    this.#works();
    source.passed(parcels);
  }

  async #afterFailure(batch: readonly P[], error: unknown, message: string): Promise<void> {
    this.#isolation.failed(batch.length);
    const other = this.#isolation.isAlone ? await this.#another() : null;
    if (other === null) return this.#failed(error, message);
    const compared = await this.#write([other]);
    if (this.#stop.signal.aborted) return;
    const wasTaken = compared.how !== "failed";
    // The place is there: what fails is this entry.
    if (wasTaken) this.#backOff.reset();
    if (this.#isolation.compared(wasTaken)) await this.#pass(batch, new Map([[batch[0]!.id, message]]));
    else await this.#failed(error, message);
  }

  /** One behind the suspect to compare it with, each time another, for there may be several that are poison. */
  async #another(): Promise<P | null> {
    const missing = comparedWith - this.#window.length;
    if (missing > 0) await this.#takeUpTo(missing, this.#roomInBytes() || 1);
    const others = this.#window.slice(1).filter((parcel) => this.#limits.tooLarge(parcel) === null);
    return others[Math.floor(this.#options.clock.random() * others.length)] ?? null;
  }

  async #failed(error: unknown, message: string): Promise<void> {
    this.#failures += 1;
    this.#state = "retrying";
    this.#tellFailure(error, message);
    await this.#pause.of(this.#backOff.next());
  }

  /** Once an outage. */
  #tellFailure(cause: unknown, message: string): void {
    const { sink, events, onFailing } = this.#options;
    this.#lastError = message;
    if (this.#isFailing) return;
    this.#isFailing = true;
    onFailing?.(true);
    events.problem({
      code: "SINK_FAILING",
      message: `Cannot deliver to the sink ${sink.name}: ${message}. Entries wait; it is tried again until it works.`,
      cause,
    });
  }

  #works(): void {
    this.#failures = 0;
    this.#backOff.reset();
    // While some entry of a batch is under suspicion, that others are taken says little.
    if (!this.#isFailing || this.#isolation.isOn) return;
    this.#isFailing = false;
    this.#lastError = null;
    const { sink, events, onFailing } = this.#options;
    onFailing?.(false);
    events.emit("recovered", { part: "sink", name: sink.name });
  }
}

import { BackOff } from "./back-off.ts";
import { BatchLimits } from "./batch-limits.ts";
import type { SinkStatus } from "./delivery.ts";
import { Isolation } from "./isolation.ts";
import { judge, type Verdict } from "./judge.ts";
import { Outage, type OutageOptions } from "./outage.ts";
import type { Parcel, ParcelSource, SetAside } from "./parcel.ts";
import { ParcelWindow } from "./parcel-window.ts";
import { Pause } from "./pause.ts";
import type { AuditSink } from "./sink.ts";
import { entriesRejected } from "./sink-problems.ts";
import { messageOf, neverEnds, type WriteOutcome, writeLimit, writeTo } from "./sink-write.ts";

export interface CarrierOptions<P extends Parcel> extends OutageOptions {
  readonly sink: AuditSink;
  /** How long callers wait for a required sink, in milliseconds. */
  readonly recordTimeoutMs: number;
  readonly source: ParcelSource<P>;
  readonly setAside: SetAside<P>;
}

/** What of a sink's status only who carries knows. */
export type Carrying = Omit<SinkStatus, "name" | "required" | "lag">;

/** Callers wait for a required sink, and it has one who asks: there is no need to spare it. */
const longestPauseMs = { required: 5_000, other: 60_000 } as const;

/**
 * Brings the parcels of one source to one sink: in order, each at least once, one write after the other, until it is stopped.
 * What fails is tried again for ever; what the sink will never take is set aside.
 */
export class Carrier<P extends Parcel> {
  readonly #options: CarrierOptions<P>;
  readonly #limits: BatchLimits;
  readonly #window: ParcelWindow<P>;
  readonly #backOff: BackOff;
  readonly #isolation = new Isolation();
  readonly #pause: Pause;
  readonly #stop = new AbortController();
  /** The newest that the sink has taken. */
  #known: P | null = null;
  readonly #outage: Outage;
  // Not idle before it has looked: nobody knows yet how much there is.
  #state: "delivering" | "idle" | "retrying" | "hanging" = "delivering";
  #delivered = 0;
  #rejected = 0;
  #lastDeliveredAt: number | null = null;
  #running: Promise<void> | null = null;

  /** @throws AuditError `INVALID_OPTIONS` for limits that no batch could keep */
  constructor(options: CarrierOptions<P>) {
    const { sink, isRequired, clock } = options;
    this.#options = options;
    this.#limits = new BatchLimits(sink);
    this.#window = new ParcelWindow(options.source, this.#limits);
    this.#backOff = new BackOff(clock, isRequired ? longestPauseMs.required : longestPauseMs.other);
    this.#pause = new Pause(clock);
    this.#outage = new Outage(options);
  }

  /** Whether nobody should wait for the sink: two tries in a row have failed, or more, or somebody waited in vain. */
  get isFailing(): boolean {
    return this.#outage.isFailing;
  }

  /** When the oldest that is taken and not passed was recorded (RFC 3339), or null. */
  get oldest(): string | null {
    return this.#window.head?.recordedAt ?? null;
  }

  get status(): Carrying {
    return {
      state: this.#state,
      delivered: this.#delivered,
      rejected: this.#rejected,
      failures: this.#outage.failures,
      lastError: this.#outage.lastError,
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

  /** Somebody has waited for the sink in vain. */
  late(message: string): void {
    this.#outage.late(message);
  }

  /** The sink has what was waited for in vain. */
  caughtUp(): void {
    this.#outage.caughtUp(!this.#isolation.isOn);
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
    await this.#window.fill();
    if (this.#stop.signal.aborted) return;
    const { head } = this.#window;
    if (!head) {
      // Also after what there was could not be read for a while.
      this.#works();
      this.#state = "idle";
      await this.#options.source.more(this.#stop.signal);
      return;
    }
    this.#state = this.#outage.failures > 0 ? "retrying" : "delivering";
    const reason = this.#limits.whyNever(head);
    if (reason !== null) {
      await this.#pass([head], new Map([[head.id, reason]]));
      return;
    }
    const batch = this.#window.batch(this.#isolation.most);
    const outcome = await this.#write(batch);
    if (outcome.how === "kept") await this.#pass(batch);
    else if (outcome.how === "rejected") await this.#pass(batch, outcome.reasons);
    else if (!this.#stop.signal.aborted) await this.#afterFailure(batch, outcome.error, outcome.message);
  }

  async #write(batch: readonly P[]): Promise<WriteOutcome> {
    const { sink, isRequired, recordTimeoutMs, clock } = this.#options;
    const limitMs = writeLimit(isRequired, recordTimeoutMs);
    const before = this.#state;
    const outcome = await writeTo(sink, batch, {
      clock,
      limitMs,
      stop: this.#stop.signal,
      onOverdue: () => {
        this.#state = "hanging";
        this.#outage.hangs(neverEnds(limitMs));
      },
    });
    if (this.#state === "hanging") this.#state = before;
    this.#outage.hangsNoMore();
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
      events.problem(entriesRejected(sink.name, letters.length, letters[0]!.reason));
    }
    this.#window.drop(parcels.length);
    this.#rejected += letters.length;
    this.#delivered += parcels.length - letters.length;
    if (letters.length < parcels.length) {
      this.#lastDeliveredAt = clock.now();
      this.#known = parcels.findLast(({ id }) => !reasons.has(id)) ?? null;
    }
    this.#isolation.passed(parcels.length);
    this.#works();
    source.passed(parcels);
  }

  async #afterFailure(batch: readonly P[], error: unknown, message: string): Promise<void> {
    this.#isolation.failed(batch.length);
    const verdict = this.#isolation.mayJudge(this.#known !== null) ? await this.#judge(batch[0]!) : "away";
    if (this.#stop.signal.aborted) return;
    // The place is there.
    if (verdict !== "away") this.#backOff.reset();
    if (verdict === "well") return;
    if (this.#isolation.judged(verdict === "accused")) {
      await this.#pass(batch, new Map([[batch[0]!.id, message]]));
    } else {
      await this.#failed(error, message);
    }
  }

  #judge(suspect: P): Promise<Verdict> {
    return judge({
      suspect,
      known: this.#known,
      other: () => this.#window.another(this.#options.clock.random()),
      takes: async (parcel) => !this.#stop.signal.aborted && (await this.#write([parcel])).how !== "failed",
    });
  }

  async #failed(error: unknown, message: string): Promise<void> {
    this.#state = "retrying";
    this.#outage.failed(error, message);
    await this.#pause.of(this.#backOff.next());
  }

  #works(): void {
    this.#backOff.reset();
    // While some entry of a batch is under suspicion, that others are taken says little.
    this.#outage.succeeded(!this.#isolation.isOn);
  }
}

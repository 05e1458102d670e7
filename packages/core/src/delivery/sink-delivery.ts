import type { AuditError } from "../audit-error.ts";
import type { JournalEnd } from "../journal/journal-file.ts";
import { atMost } from "./clock.ts";
import { closeSink } from "./close-sink.ts";
import type { SinkStatus } from "./delivery.ts";
import { otherNameOf } from "./file-pairs.ts";
import { HeldSink, type HeldSinkOptions } from "./held-sink.ts";
import { watchLag } from "./lag-watch.ts";
import { Obstacle } from "./obstacle.ts";
import { sinkUnavailable } from "./sink-unavailable.ts";
import { notDelivering, StandBy } from "./stand-by.ts";
import { timeInWords } from "./time-in-words.ts";
import { Waiters } from "./waiters.ts";

export type SinkDeliveryOptions = Omit<HeldSinkOptions, "takesFromUnknown" | "onChange" | "onTaken">;

/** How often those who do not deliver look whether the one who does is still there, and, while somebody waits, how far it is. */
const electionMs = 1000;
const watchMs = 25;
/** After so many looks, about five minutes, without a sign of life, one that cannot be seen from here is taken for gone. */
const looksUntilGone = 300;
/** How long a sink has, after the time is up, to end its last write and to close. */
const graceMs = 1000;

/** The delivery from a journal to one sink, by this process or by another: whoever has the lock delivers. */
export class SinkDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #standBy: StandBy;
  readonly #waiters: Waiters<JournalEnd>;
  #held: HeldSink | null = null;
  /** What was delivered before the lock was taken by another: such numbers never go back. */
  #earlier = { delivered: 0, rejected: 0 };
  /** Why the lock, or the cursor, can be had by nobody. */
  readonly #obstacle: Obstacle;
  /** What the sink did not have in time. */
  #missed: JournalEnd | null = null;
  #cancelElection = () => {};
  #cancelWatch: (() => void) | null = null;
  #endLagWatch = () => {};
  #isClosed = false;

  constructor(options: SinkDeliveryOptions) {
    const { directory, sink, watch, clock } = options;
    this.#options = options;
    this.#obstacle = new Obstacle(options);
    this.#standBy = new StandBy(directory, sink.name, watch, clock);
    this.#waiters = new Waiters(clock);
  }

  get name(): string {
    return this.#options.sink.name;
  }

  /** The name, with what it fails of at present. */
  get inWords(): string {
    const { lastError } = this.status;
    return lastError === null ? this.name : `${this.name} (${lastError})`;
  }

  start(): void {
    this.#elect();
    const { clock, events } = this.#options;
    const oldest = () => {
      this.#held?.lookAhead();
      return this.#held ? this.#held.oldest : this.#standBy.behindSince;
    };
    this.#endLagWatch = watchLag(clock, oldest, () => events.emit("lag", this.status));
  }

  /** Why nothing should begin that this sink must have, or null. */
  get failure(): AuditError | null {
    if (!this.#options.isRequired) return null;
    const why = this.#whyNot();
    return why === null ? null : sinkUnavailable([this.name], why);
  }

  /** Resolves when the sink has everything up to there. @throws AuditError `SINK_UNAVAILABLE` */
  async reached(end: JournalEnd, timeoutMs: number, untilFailure = false): Promise<void> {
    if (this.#has(end)) return;
    try {
      await this.#until(end, timeoutMs, untilFailure);
    } catch (error) {
      this.#miss(end, timeoutMs);
      throw error;
    }
  }

  /** The same of somebody who asks for it: what waits after a failure is tried at once. Resolves with whether it is so. */
  async flushed(end: JournalEnd, timeoutMs: number): Promise<boolean> {
    this.#held?.hurry();
    const isReached = this.#has(end) || (await this.#until(end, timeoutMs).then(yes, no));
    await this.#held?.save();
    return isReached;
  }

  get status(): SinkStatus {
    const { sink, isRequired } = this.#options;
    const who = { name: sink.name, required: isRequired };
    if (this.#held) return { ...who, ...this.#held.status, ...this.#counted(this.#held) };
    const status = { ...who, ...notDelivering, ...this.#earlier, lag: this.#standBy.lag };
    const { why } = this.#obstacle;
    return why === null ? status : { ...status, state: "retrying", failures: 1, lastError: why };
  }

  /** Delivers what it can up to there in that time, then closes the sink. Never rejects. */
  async close(end: JournalEnd | null, timeoutMs: number): Promise<void> {
    if (this.#held && end) await this.flushed(end, timeoutMs).catch(no);
    // Not before: another may have taken the lock meanwhile.
    const held = this.#held;
    this.#cancelElection();
    this.#cancelElection = () => {};
    this.#endLagWatch();
    this.#isClosed = true;
    const stopped = (held?.stop() ?? Promise.resolve()).catch(no);
    // A write that does not end keeps the lock: nobody may begin another meanwhile.
    const letGo = stopped.then(() => held?.letGo());
    const { sink, events, clock } = this.#options;
    const closed = stopped.then(() => closeSink(sink, events));
    await atMost(clock, graceMs, Promise.all([letGo, closed]));
    this.#waiters.giveUp();
  }

  #counted({ status }: HeldSink): { delivered: number; rejected: number } {
    const { delivered, rejected } = this.#earlier;
    return { delivered: delivered + status.delivered, rejected: rejected + status.rejected };
  }

  #has(end: JournalEnd): boolean {
    return this.#held ? this.#held.has(end) : this.#standBy.has(end);
  }

  #whyNot(): string | null {
    this.#lookAtMissed();
    if (this.#obstacle.why !== null) return this.#obstacle.why;
    const late = this.#missed ? "it took too long" : null;
    if (this.#held) return this.#held.isFailing ? (this.#held.status.lastError ?? "it fails") : late;
    return this.#standBy.failure ?? late;
  }

  /** What somebody waited for in vain. */
  #miss(end: JournalEnd, timeoutMs: number): void {
    this.#missed = end;
    if (this.#isClosed) return;
    // Of another who delivers, that other tells what it fails of.
    this.#held?.late(`what was recorded was not taken within ${timeInWords(timeoutMs)}`);
    this.#waiters.fail();
  }

  #lookAtMissed(): void {
    const missed = this.#missed;
    if (!missed) return;
    // The file may have been compressed since.
    if (!this.#has(missed) && !this.#has({ ...missed, file: otherNameOf(missed.file) })) return;
    this.#missed = null;
    this.#held?.caughtUp();
  }

  #until(end: JournalEnd, timeoutMs: number, untilFailure = false): Promise<void> {
    const late = () => sinkUnavailable([this.inWords], `not within ${timeInWords(timeoutMs)}`);
    const reached = this.#waiters.until(end, timeoutMs, late, untilFailure);
    this.#watchOther();
    return reached;
  }

  #settle(): void {
    this.#waiters.settle((end) => this.#has(end));
    this.#lookAtMissed();
    if (this.#waiters.count > 0 && this.failure) this.#waiters.fail();
  }

  /** Tries to become the one who delivers, now and again until it is. */
  #elect(): void {
    const { clock } = this.#options;
    if (this.#isClosed) return;
    try {
      this.#held = new HeldSink({
        ...this.#options,
        takesFromUnknown: this.#standBy.silence >= looksUntilGone,
        onChange: () => this.#settle(),
        onTaken: () => this.#giveUp(),
      });
      this.#obstacle.gone();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code === "JOURNAL_ALREADY_OPEN") this.#obstacle.gone();
      else {
        this.#obstacle.met(error);
        this.#settle();
      }
    }
    this.#standBy.silence += 1;
    this.#lookAtOther();
    this.#standBy.lookAhead();
    this.#cancelElection = clock.after(electionMs, () => this.#elect());
  }

  /** Another process delivers now. */
  #giveUp(): void {
    const held = this.#held;
    if (!held) return;
    this.#earlier = this.#counted(held);
    this.#held = null;
    this.#standBy.silence = 0;
    // Not before its last write has ended.
    void held.abandon().then(() => this.#elect(), no);
  }

  #lookAtOther(): void {
    if (this.#standBy.look()) this.#settle();
  }

  /** While somebody waits for what another process delivers. */
  #watchOther(): void {
    if (this.#held || this.#cancelWatch) return;
    this.#cancelWatch = this.#options.clock.after(watchMs, () => {
      this.#cancelWatch = null;
      this.#lookAtOther();
      if (this.#waiters.count > 0) this.#watchOther();
    });
  }
}

const yes = () => true;
const no = () => false;

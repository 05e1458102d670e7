import { mkdirSync } from "node:fs";
import type { AuditEvents } from "../audit-events.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import { type Lock, lockDirectory } from "../journal/directory-lock.ts";
import type { JournalEnd } from "../journal/journal-file.ts";
import { Carrier } from "./carrier.ts";
import type { Clock } from "./clock.ts";
import type { Cursor } from "./cursor.ts";
import { CursorFile } from "./cursor-file.ts";
import { keepDeadLetters } from "./dead-letter-file.ts";
import type { SinkStatus } from "./delivery.ts";
import { deliveryDirectory, lockName } from "./delivery-paths.ts";
import type { JournalParcel } from "./journal-parcel.ts";
import { JournalParcels } from "./journal-parcels.ts";
import type { JournalWatch } from "./journal-watch.ts";
import { ageOf } from "./lag-watch.ts";
import type { AuditSink } from "./sink.ts";
import { messageOf } from "./sink-write.ts";

export interface HeldSinkOptions {
  readonly directory: string;
  readonly sink: AuditSink;
  readonly isRequired: boolean;
  /** What becomes of calls while a required sink fails. @default "block" */
  readonly onFailure?: OnFailure;
  /** How long callers wait for a required sink, in milliseconds. */
  readonly recordTimeoutMs: number;
  readonly watch: JournalWatch;
  readonly events: AuditEvents;
  readonly clock: Clock;
  /** Whether to take the lock from a process that cannot be seen from here. */
  readonly takesFromUnknown: boolean;
  /** Told when more is delivered, or the sink begins or ceases to fail. */
  readonly onChange: () => void;
  /** Told when another process has taken the lock, because it did not hear of this one for long. */
  readonly onTaken: () => void;
}

/** Of others, the cursor is written less often: four times a second at most. */
const restMs = { required: 0, other: 250 } as const;

/** How often the cursor is written also when nothing moves: who cannot see this process hears so that it is alive. */
const lifeSignMs = 60_000;

/** The delivery from a journal to one sink, by the process that has its lock. */
export class HeldSink {
  readonly #options: HeldSinkOptions;
  readonly #lock: Lock;
  readonly #source: JournalParcels;
  readonly #carrier: Carrier<JournalParcel>;
  readonly #cursorFile: CursorFile;
  readonly #begun: Cursor;
  #failingSince: string | null = null;
  #cancelLifeSign = () => {};

  /**
   * @throws AuditError `JOURNAL_ALREADY_OPEN` when another process has the lock
   * @throws the file system's error when the lock or the cursor cannot be read or made
   */
  constructor(options: HeldSinkOptions) {
    const { directory, sink, isRequired, onFailure, recordTimeoutMs, watch, events, clock } = options;
    this.#options = options;
    const folder = deliveryDirectory(directory);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#lock = lockDirectory(folder, lockName(sink.name), options);
    try {
      const rest = isRequired ? restMs.required : restMs.other;
      this.#cursorFile = new CursorFile({ directory, sink: sink.name, events, clock, restMs: rest });
      this.#begun = this.#cursorFile.load();
    } catch (error) {
      this.#lock();
      throw error;
    }
    const onPassed = () => this.#onPassed();
    this.#source = new JournalParcels({
      directory,
      sink: sink.name,
      files: this.#begun.files,
      watch,
      events,
      onPassed,
    });
    this.#carrier = new Carrier({
      sink,
      isRequired,
      recordTimeoutMs,
      source: this.#source,
      setAside: (letters) => keepDeadLetters(directory, sink.name, letters, clock),
      events,
      clock,
      ...(onFailure && { onFailure }),
      onChange: () => {
        const now = new Date(clock.now()).toISOString();
        this.#failingSince = this.#carrier.isFailing ? (this.#failingSince ?? now) : null;
        this.#noteCursor();
        options.onChange();
      },
    });
    this.#carrier.start();
    this.#giveLifeSigns();
  }

  /** Whether a file is delivered up to there. */
  has({ file, size }: JournalEnd): boolean {
    return this.#source.has(file, size);
  }

  /** Whether nobody should wait for the sink at present. */
  get isFailing(): boolean {
    return this.#carrier.isFailing;
  }

  get oldest(): string | null {
    return this.#carrier.oldest;
  }

  get status(): Omit<SinkStatus, "name" | "required"> {
    const ms = ageOf(this.#carrier.oldest, this.#options.clock.now());
    return { ...this.#carrier.status, lag: { bytes: this.#source.bytesBehind, ms } };
  }

  /** Looks how far the journal is, if nobody else does because the sink takes nothing. */
  lookAhead(): void {
    const { state } = this.#carrier.status;
    if (state === "retrying" || state === "hanging") this.#source.lookAhead();
  }

  hurry(): void {
    this.#carrier.hurry();
  }

  /** Somebody has waited for the sink in vain. */
  late(message: string): void {
    this.#carrier.late(message);
  }

  /** The sink has what was waited for in vain. */
  caughtUp(): void {
    this.#carrier.caughtUp();
  }

  /** Resolves when the cursor is written, or cannot be. */
  save(): Promise<void> {
    return this.#cursorFile.save();
  }

  /** Begins no more writes. Resolves when the last has ended, which with a sink that hangs may be never. */
  async stop(): Promise<void> {
    this.#cancelLifeSign();
    await this.#carrier.stop();
    await this.#source.close();
  }

  /** The same when the lock is another's: the cursor is too. */
  async abandon(): Promise<void> {
    this.#cursorFile.close();
    await this.stop();
  }

  /** Writes the cursor and lets go of the lock: neither when they are another's by now, who may be further. */
  async letGo(): Promise<void> {
    try {
      if (!this.#lock.isTaken()) await this.#cursorFile.save();
      this.#cursorFile.close();
      this.#lock();
    } catch (error) {
      const { events, sink } = this.#options;
      events.problem({
        code: "SINK_CLOSE",
        message: `Cannot let go of the lock of the sink ${sink.name}: ${messageOf(error)}.`,
      });
    }
  }

  #giveLifeSigns(): void {
    const { clock, onTaken } = this.#options;
    this.#cancelLifeSign = clock.after(lifeSignMs, () => {
      if (this.#lock.isTaken()) {
        onTaken();
        return;
      }
      this.#noteCursor();
      this.#giveLifeSigns();
    });
  }

  #onPassed(): void {
    this.#noteCursor();
    this.#options.onChange();
  }

  #noteCursor(): void {
    this.#cursorFile.note(() => {
      const { delivered, rejected, lastError } = this.#carrier.status;
      return {
        sink: this.#options.sink.name,
        required: this.#options.isRequired,
        files: this.#source.files,
        delivered: this.#begun.delivered + delivered,
        rejected: this.#begun.rejected + rejected,
        failingSince: this.#failingSince,
        lastError,
        updatedAt: null,
      };
    });
  }
}

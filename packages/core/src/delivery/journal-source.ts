import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { AuditEvents } from "../audit-events.ts";
import { isArchive } from "../journal/file-names.ts";
import { RefusedFile } from "../journal/read-bytes.ts";
import { type FilePlace, start } from "./cursor.ts";
import { fileChanged, fileRefused } from "./file-problems.ts";
import { FileReading } from "./file-reading.ts";
import { bytesBehind, type FileSize } from "./file-sizes.ts";
import type { JournalParcel } from "./journal-parcel.ts";
import type { JournalWatch } from "./journal-watch.ts";
import { ReplacedFile } from "./lines-from.ts";
import type { ParcelSource } from "./parcel.ts";
import { messageOf } from "./sink-write.ts";

export interface JournalSourceOptions {
  readonly directory: string;
  readonly sink: string;
  /** How far the files are delivered. */
  readonly files: ReadonlyMap<string, FilePlace>;
  readonly watch: JournalWatch;
  readonly events: AuditEvents;
  /** Told when more is delivered. */
  readonly onPassed: () => void;
}

/** How long lines are looked at before others have their turn. */
const turnMs = 2;
/** Of so many files that are gone it is remembered how far they were delivered. */
const mostGone = 1000;

/**
 * What is written in a journal, whoever writes it: the lines of each file in order, the oldest file first. In rounds: the sizes of
 * all files are taken, and what is new up to there is read.
 */
export class JournalSource implements ParcelSource<JournalParcel> {
  readonly #options: JournalSourceOptions;
  /** How far each file was read. */
  readonly #taken: Map<string, FilePlace>;
  /** How far each file is delivered. */
  readonly #passed: Map<string, FilePlace>;
  /** At what size all whole lines of a file were read; behind them there may be bytes without a LF. */
  readonly #readAt = new Map<string, number>();
  /** At what size all whole lines of a file are delivered. */
  readonly #passedAt = new Map<string, number>();
  /** Archives that cannot be read, and the size they had then. */
  readonly #refused = new Map<string, number>();
  /** Files that were read to their end, with parcels under way. */
  readonly #finished = new Set<string>();
  #round: FileSize[] = [];
  #sizes: readonly FileSize[] = [];
  #reading: FileReading | null = null;
  #outstanding = 0;
  #seen = -1;

  constructor(options: JournalSourceOptions) {
    this.#options = options;
    this.#passed = new Map(options.files);
    this.#taken = new Map(options.files);
  }

  /** How far each file is delivered. */
  get files(): ReadonlyMap<string, FilePlace> {
    return this.#passed;
  }

  /** Whether everything up to there is delivered. */
  has(key: string, size: number): boolean {
    return (this.#passed.get(key)?.offset ?? 0) >= size || (this.#passedAt.get(key) ?? 0) >= size;
  }

  /** How many bytes of the journal, as it was when it was last looked at, are not delivered. */
  get bytesBehind(): number {
    return this.#sizes
      .filter(({ key, size }) => this.#passedAt.get(key) !== size)
      .reduce((bytes, file) => bytes + bytesBehind(file, this.#passed), 0);
  }

  async take(most: { readonly entries: number; readonly bytes: number }): Promise<JournalParcel[]> {
    const parcels: JournalParcel[] = [];
    try {
      await this.#read(most, parcels);
    } catch (error) {
      await this.close();
      // What was read before is delivered first; the error comes again.
      if (parcels.length === 0) throw error;
    }
    this.#outstanding += parcels.length;
    this.#settle();
    return parcels;
  }

  passed(parcels: readonly JournalParcel[]): void {
    const ends = new Map(parcels.map((parcel) => [parcel.key, parcel]));
    for (const [key, parcel] of ends) this.#passed.set(key, parcel.place);
    this.#outstanding -= parcels.length;
    this.#settle();
    this.#options.onPassed();
  }

  more(signal: AbortSignal): Promise<void> {
    return this.#options.watch.after(this.#seen, signal);
  }

  /** Reads no further. What was taken and not passed is lost to this source. */
  async close(): Promise<void> {
    const reading = this.#reading;
    this.#round = [];
    if (!reading) return;
    this.#leave(reading);
    await reading.close();
  }

  async #read(most: { readonly entries: number; readonly bytes: number }, parcels: JournalParcel[]) {
    let isLooking = true;
    let begun = performance.now();
    for (let { bytes } = most; parcels.length < most.entries && bytes > 0; ) {
      if (!this.#reading && this.#round.length === 0) {
        // One round at most: whoever waits for what was found must not wait for what may follow.
        if (parcels.length > 0 || !isLooking) return;
        isLooking = false;
        this.#look();
        continue;
      }
      const reading = this.#begin();
      const parcel = reading.next();
      if (parcel) {
        parcels.push(parcel);
        bytes -= parcel.bytes;
      } else {
        await this.#readOn(reading);
      }
      if (performance.now() - begun > turnMs) {
        await turn();
        begun = performance.now();
      }
    }
  }

  /** Begins a round: all files in which there is more to read. */
  #look(): void {
    const { watch } = this.#options;
    this.#seen = watch.version;
    this.#sizes = watch.sizes();
    this.#round = this.#sizes.filter((file) => this.#isNew(file));
    this.#forgetGone();
  }

  /** The places of files that are gone are kept, for they may come back; but not those of all time. */
  #forgetGone(): void {
    if (this.#taken.size <= this.#sizes.length + mostGone) return;
    const there = new Set(this.#sizes.map(({ key }) => key));
    const gone = [...this.#taken.keys()].filter((key) => !there.has(key)).sort();
    for (const key of gone.slice(0, -mostGone))
      for (const known of [this.#taken, this.#passed, this.#readAt, this.#passedAt, this.#refused])
        known.delete(key);
  }

  #isNew({ name, key, size }: FileSize): boolean {
    const taken = this.#taken.get(key) ?? start;
    if (isArchive(name)) return taken.archived !== size && this.#refused.get(key) !== size;
    return size !== taken.offset && size !== this.#readAt.get(key);
  }

  #begin(): FileReading {
    const { directory } = this.#options;
    this.#reading ??= new FileReading(
      directory,
      this.#round[0]!,
      this.#taken.get(this.#round[0]!.key) ?? start,
    );
    return this.#reading;
  }

  async #readOn(reading: FileReading): Promise<void> {
    try {
      if (await reading.readOn()) return;
      this.#readAt.set(reading.file.key, reading.file.size);
      this.#finished.add(reading.file.key);
    } catch (error) {
      this.#leave(reading);
      this.#cannotRead(reading.file, error);
      return;
    }
    this.#leave(reading);
  }

  #leave(reading: FileReading): void {
    this.#reading = null;
    this.#round.shift();
    this.#taken.set(reading.file.key, reading.place);
  }

  /** @throws what may be over soon */
  #cannotRead(file: FileSize, error: unknown): void {
    const { directory, sink, events } = this.#options;
    const path = join(directory, file.name);
    if (error instanceof ReplacedFile) {
      this.#taken.delete(file.key);
      this.#passed.delete(file.key);
      this.#passedAt.delete(file.key);
      this.#readAt.delete(file.key);
      this.#round.unshift(file);
      events.problem(fileChanged(path, sink, error));
    } else if (error instanceof RefusedFile) {
      this.#refused.set(file.key, file.size);
      events.problem(fileRefused(path, sink, error));
    } else if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new Error(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Files that were read to their end are delivered to their end when nothing is under way. */
  #settle(): void {
    if (this.#outstanding > 0 || this.#finished.size === 0) return;
    for (const key of this.#finished) {
      const place = this.#taken.get(key);
      if (place) this.#passed.set(key, place);
      const size = this.#readAt.get(key);
      if (size !== undefined) this.#passedAt.set(key, size);
    }
    this.#finished.clear();
    this.#options.onPassed();
  }
}

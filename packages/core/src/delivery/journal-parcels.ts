import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { AuditEvents } from "../audit-events.ts";
import { RefusedFile } from "../journal/read-bytes.ts";
import { type FilePlace, start } from "./cursor.ts";
import { FilePlaces } from "./file-places.ts";
import { fileChanged, fileRefused } from "./file-problems.ts";
import { FileReading } from "./file-reading.ts";
import type { FileSize } from "./file-sizes.ts";
import type { JournalParcel } from "./journal-parcel.ts";
import type { JournalWatch } from "./journal-watch.ts";
import { ReplacedFile } from "./lines-from.ts";
import type { ParcelSource } from "./parcel.ts";
import { messageOf } from "./sink-write.ts";

export interface JournalParcelsOptions {
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
/**
 * What is written in a journal, whoever writes it: the lines of each file in order, the oldest file first. In rounds: the sizes of
 * all files are taken, and what is new up to there is read.
 */
export class JournalParcels implements ParcelSource<JournalParcel> {
  readonly #options: JournalParcelsOptions;
  readonly #places: FilePlaces;
  /** Files that were read to their end, with parcels under way. */
  readonly #finished = new Set<string>();
  #round: FileSize[] = [];
  #sizes: readonly FileSize[] = [];
  #reading: FileReading | null = null;
  #outstanding = 0;
  #seen = -1;

  constructor(options: JournalParcelsOptions) {
    this.#options = options;
    this.#places = new FilePlaces(options.files);
  }

  /** How far each file is delivered. */
  get files(): ReadonlyMap<string, FilePlace> {
    return this.#places.passed;
  }

  /** Whether everything of a file up to there is delivered. */
  has(name: string, size: number): boolean {
    return this.#places.has(name, size);
  }

  /** How many bytes of the journal, as far as it is known to have come, are not delivered. Asks no disk. */
  get bytesBehind(): number {
    return this.#places.behind(this.#options.watch.known);
  }

  /** Looks how far the journal is, for {@link bytesBehind}. */
  lookAhead(): void {
    try {
      this.#options.watch.sizes();
    } catch {
      // That it cannot be read is said when something is to be read.
    }
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
    const ends = new Map(parcels.map((parcel) => [parcel.file, parcel]));
    for (const [file, parcel] of ends) this.#places.passed.set(file, parcel.place);
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
    const { directory, watch } = this.#options;
    this.#seen = watch.version;
    this.#sizes = watch.sizes();
    if (!this.#places.follow(directory, this.#sizes, this.#outstanding === 0)) return;
    this.#round = this.#sizes.filter((file) => this.#places.isNew(file));
    this.#places.forgetGone(this.#sizes);
  }

  #begin(): FileReading {
    const { directory } = this.#options;
    this.#reading ??= new FileReading(
      directory,
      this.#round[0]!,
      this.#places.taken.get(this.#round[0]!.name) ?? start,
    );
    return this.#reading;
  }

  async #readOn(reading: FileReading): Promise<void> {
    try {
      if (await reading.readOn()) return;
      this.#places.readAt.set(reading.file.name, reading.file.size);
      this.#finished.add(reading.file.name);
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
    this.#places.taken.set(reading.file.name, reading.place);
  }

  /** @throws what may be over soon */
  #cannotRead(file: FileSize, error: unknown): void {
    const { directory, sink, events } = this.#options;
    const path = join(directory, file.name);
    if (error instanceof ReplacedFile) {
      this.#replaced(file, path, error);
    } else if (error instanceof RefusedFile) {
      this.#places.refused.set(file.name, file.size);
      events.problem(fileRefused(path, sink, error));
    } else if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new Error(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  #replaced(file: FileSize, path: string, error: ReplacedFile): void {
    const { sink, watch, events } = this.#options;
    watch.wake();
    if (this.#places.leave(file.name, this.#sizes, watch.sizes())) {
      this.#round = [];
    } else {
      this.#round.unshift(file);
      events.problem(fileChanged(path, sink, error));
    }
  }

  /** Files that were read to their end are delivered to their end when nothing is under way. */
  #settle(): void {
    if (this.#outstanding > 0 || this.#finished.size === 0) return;
    for (const name of this.#finished) {
      const place = this.#places.taken.get(name);
      if (place) this.#places.passed.set(name, place);
      const size = this.#places.readAt.get(name);
      if (size !== undefined) this.#places.passedAt.set(name, size);
    }
    this.#finished.clear();
    this.#options.onPassed();
  }
}

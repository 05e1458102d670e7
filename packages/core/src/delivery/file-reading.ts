import { join } from "node:path";
import { isArchive } from "../journal/file-names.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { type FilePlace, markOf } from "./cursor.ts";
import type { FileSize } from "./file-sizes.ts";
import { JournalParcel } from "./journal-parcel.ts";
import { LinesFrom } from "./lines-from.ts";

/** One file of the journal while it is read: from a place on, to the end that it had when it was looked at. */
export class FileReading {
  readonly file: FileSize;
  readonly #begun: FilePlace;
  readonly #lines: LinesFrom;
  #end: number;
  /** The line that ends there, or null for one too long to be an entry. */
  #last: Buffer | null = null;
  #isOver = false;

  constructor(directory: string, file: FileSize, place: FilePlace) {
    this.file = file;
    this.#begun = place;
    this.#end = place.offset;
    this.#lines = new LinesFrom(join(directory, file.name), place, file.size);
  }

  /** How far it was read. */
  get place(): FilePlace {
    const archived = this.#isOver && isArchive(this.file.name) ? this.file.size : null;
    if (this.#end === this.#begun.offset) return { ...this.#begun, archived };
    return { offset: this.#end, mark: this.#last && markOf(this.#last), archived };
  }

  /** The next entry, past lines that are none; or null when there is none in what was read: then {@link readOn}. */
  next(): JournalParcel | null {
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      const { bytes, end } = line;
      this.#end = end;
      this.#last = bytes;
      const entry = bytes && writtenEntryOf(bytes.subarray(0, -1));
      if (entry) return new JournalParcel(this.file.name, end, bytes, entry);
    }
    return null;
  }

  /** @returns false at the end. @throws what {@link LinesFrom.read} throws */
  async readOn(): Promise<boolean> {
    const isMore = await this.#lines.read();
    this.#isOver = !isMore;
    return isMore;
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

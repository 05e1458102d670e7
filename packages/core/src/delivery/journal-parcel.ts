import type { AuditEntry } from "../entry/entry.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { type FilePlace, markOf } from "./cursor.ts";
import { flawOf } from "./flaw-of.ts";
import type { Parcel } from "./parcel.ts";

/** An entry that was read from the journal. */
export class JournalParcel implements Parcel {
  /** The name of its file. */
  readonly file: string;
  /** Where the line ends in the file, and the line with its LF. */
  readonly end: number;
  readonly #line: Buffer;
  readonly id: string;
  readonly recordedAt: string;
  readonly flaw: string | null;
  #entry: AuditEntry | null;

  constructor(file: string, end: number, line: Buffer, entry: AuditEntry) {
    this.file = file;
    this.end = end;
    this.#line = line;
    this.id = entry.id;
    // Nobody has verified the line: only some members are sure to be what they should.
    this.recordedAt = typeof entry.recorded_at === "string" ? entry.recorded_at : entry.timestamp;
    this.flaw = flawOf(entry, line);
    this.#entry = entry;
  }

  get bytes(): number {
    return this.#line.length - 1;
  }

  get place(): FilePlace {
    return { offset: this.end, mark: markOf(this.#line), archived: null };
  }

  line(): string {
    return this.#line.toString("utf8", 0, this.bytes);
  }

  open(): AuditEntry {
    // The first time, which mostly is the only one, what was made to see whether it is an entry.
    const entry = this.#entry ?? writtenEntryOf(this.#line.subarray(0, this.bytes))!;
    this.#entry = null;
    return entry;
  }
}

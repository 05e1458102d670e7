import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, dayOfFile, entryOf, isArchive, journalFiles } from "@openrouter-audit/core";
import { linesFromEnd } from "./lines-from-end.ts";
import { mergeByTime } from "./merge-by-time.ts";

/** Reads the end of a journal, and then what is added to it: by any process, also in files that are made later. */
export class JournalFollower {
  /** Lines that were no entries. */
  skipped = 0;
  readonly #directory: string;
  readonly #wanted: (entry: AuditEntry) => boolean;
  readonly #onShortened: (file: string) => void;
  /** How far each file was read: the offset after the last line that had ended. */
  readonly #read = new Map<string, number>();

  constructor(
    directory: string,
    wanted: (entry: AuditEntry) => boolean,
    onShortened: (file: string) => void = () => undefined,
  ) {
    this.#directory = directory;
    this.#wanted = wanted;
    this.#onShortened = onShortened;
  }

  /** The newest entries in the order they were written. {@link news} goes on from there. */
  newest(count: number): AuditEntry[] {
    const found: AuditEntry[] = [];
    // All files of a day at once: each process may have its own.
    for (const files of this.#days().reverse()) {
      const missing = count - found.length;
      const ofFiles = files.map((file) => this.#newestIn(file, missing));
      found.unshift(...mergeByTime(ofFiles).slice(-missing || Number.POSITIVE_INFINITY));
    }
    return found;
  }

  /** The entries whose lines ended since the last call. A line still being written is left for the next. */
  *news(): Generator<AuditEntry> {
    for (const files of this.#days()) {
      if (files.length === 1) yield* this.#newsOf(files[0]!);
      else yield* mergeByTime(files.map((file) => [...this.#newsOf(file)]));
    }
  }

  #newestIn(file: string, count: number): AuditEntry[] {
    const found: AuditEntry[] = [];
    this.#read.set(file, 0);
    for (const { bytes, end } of linesFromEnd(join(this.#directory, file))) {
      if (this.#read.get(file) === 0) this.#read.set(file, end);
      if (found.length >= count) break;
      const entry = this.#entry(bytes);
      if (entry) found.push(entry);
    }
    return found.reverse();
  }

  *#newsOf(file: string): Generator<AuditEntry> {
    for (const line of this.#newLines(file)) {
      const entry = this.#entry(line);
      if (entry) yield entry;
    }
  }

  *#newLines(name: string): Generator<Buffer> {
    const file = openSync(join(this.#directory, name), "r");
    let bytes: Buffer;
    try {
      const from = this.#read.get(name) ?? 0;
      const { size } = fstatSync(file);
      if (size < from) {
        this.#onShortened(name);
        this.#read.set(name, size);
      }
      if (size <= from) return;
      bytes = Buffer.alloc(size - from);
      readSync(file, bytes, 0, bytes.length, from);
      this.#read.set(name, from + bytes.lastIndexOf(0x0a) + 1);
    } finally {
      closeSync(file);
    }
    for (let start = 0, lf = bytes.indexOf(0x0a); lf >= 0; start = lf + 1, lf = bytes.indexOf(0x0a, start)) {
      if (lf > start) yield bytes.subarray(start, lf);
    }
  }

  #entry(line: Buffer): AuditEntry | null {
    const entry = entryOf(line);
    if (entry === null && !isBlank(line)) this.skipped += 1;
    return entry && this.#wanted(entry) ? entry : null;
  }

  /** The files of each day, the oldest day first. */
  #days(): string[][] {
    try {
      const days = new Map<string | null, string[]>();
      for (const file of journalFiles(this.#directory)) {
        // Nothing is added to what is compressed.
        if (isArchive(file)) continue;
        const day = dayOfFile(file);
        days.set(day, [...(days.get(day) ?? []), file]);
      }
      return [...days.values()];
    } catch (error) {
      // The application has not begun yet, or is just moving its journal.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }
}

/** White space alone is no line. */
function isBlank(line: Buffer): boolean {
  return /^[\t-\r ]*$/.test(line.toString("latin1"));
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isArchive, longestLineOf } from "@openrouter-audit/core";
import { longestLine } from "./is-entry.ts";
import { type JournalFile, sizeOf } from "./journal-files.ts";
import { copyWithoutOverlongLines, mayHaveOverlongLine } from "./overlong-lines.ts";

/** A file as the engine is to read it. */
export interface ReadableFile {
  readonly file: JournalFile;
  /** Of the file itself, or of a copy without lines that are far too long. */
  readonly path: string;
  readonly bytes: number;
  /** What was left out of a copy is counted: the members of such a file are taken out of its lines. */
  readonly isCopy: boolean;
}

const checksAtOnce = 2;

/** What DuckDB does not notice of files, or cannot read. What was looked at once is not looked at again until its size changes. */
export class FileChecks {
  readonly #directory: string;
  readonly #longest = new Map<string, Promise<number>>();
  readonly #copies = new Map<string, Promise<string>>();

  /** @param directory a private one, for copies */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws AuditError `JOURNAL_UNREADABLE`; the signal's reason */
  async readable(file: JournalFile, signal?: AbortSignal): Promise<ReadableFile> {
    const bytes = sizeOf(file);
    const longest = this.#longest.get(keyOf(file, bytes));
    const isOverlong = isArchive(file.name)
      ? longest !== undefined && (await longest) > longestLine
      : await mayHaveOverlongLine(file.path, bytes);
    const path = isOverlong ? await this.#copyOf(file, bytes, signal) : file.path;
    return { file, path, bytes, isCopy: isOverlong };
  }

  /**
   * Reads archives to their ends.
   *
   * @throws AuditError `JOURNAL_UNREADABLE` when one is cut, is none, or unpacks to far more than a journal does
   */
  async checkArchives(files: readonly JournalFile[], signal: AbortSignal | undefined): Promise<void> {
    const waiting = files.filter(({ name }) => isArchive(name));
    const checkSome = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) await this.#longestLineOf(file, signal);
    };
    await Promise.all(Array.from({ length: checksAtOnce }, checkSome));
  }

  async #longestLineOf(file: JournalFile, signal: AbortSignal | undefined): Promise<number> {
    const key = keyOf(file, sizeOf(file));
    const known = this.#longest.get(key) ?? longestLineOf(file.path, signal);
    this.#longest.set(key, known);
    // Who stopped waiting for it knows nothing of the file.
    known.catch(() => this.#longest.delete(key));
    return known;
  }

  #copyOf(file: JournalFile, bytes: number, signal: AbortSignal | undefined): Promise<string> {
    const key = keyOf(file, bytes);
    const directory = join(this.#directory, `copy-${this.#copies.size}`);
    const copy = async () => {
      mkdirSync(directory, { mode: 0o700 });
      const path = join(directory, file.name);
      await copyWithoutOverlongLines(file.path, path, signal);
      return path;
    };
    const known = this.#copies.get(key) ?? copy();
    this.#copies.set(key, known);
    known.catch(() => this.#copies.delete(key));
    return known;
  }
}

const keyOf = ({ path }: JournalFile, bytes: number) => `${bytes} ${path}`;

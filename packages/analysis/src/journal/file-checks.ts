import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isArchive, longestLineOf } from "@openrouter-audit/core";
import { exhausted } from "../duckdb/exhausted.ts";
import { longestLine } from "./is-entry.ts";
import { type JournalFile, sizeOf, unreadable } from "./journal-files.ts";
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

  /**
   * Archives are read to their ends first: DuckDB takes one that is cut for complete. Those without a byte are left out, for which DuckDB has
   * no use.
   *
   * @throws AuditError `JOURNAL_UNREADABLE` when an archive is cut, is none, or unpacks to far more than a journal does; the signal's reason
   */
  async readable(files: readonly JournalFile[], signal?: AbortSignal): Promise<ReadableFile[]> {
    const found = new Map<JournalFile, ReadableFile>();
    const waiting = files.filter((file) => sizeOf(file) > 0 || !isArchive(file.name));
    const lookAtSome = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift())
        found.set(file, await this.#readable(file, signal));
    };
    await Promise.all(Array.from({ length: checksAtOnce }, lookAtSome));
    return files.flatMap((file) => found.get(file) ?? []);
  }

  async #readable(file: JournalFile, signal: AbortSignal | undefined): Promise<ReadableFile> {
    const bytes = sizeOf(file);
    const isOverlong = isArchive(file.name)
      ? (await this.#longestLineOf(file, signal)) > longestLine
      : await mayHaveOverlongLine(file.path, bytes);
    const path = isOverlong ? await this.#copyOf(file, bytes, signal) : file.path;
    return { file, path, bytes, isCopy: isOverlong };
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
      await copyWithoutOverlongLines(file.path, path, signal).catch((error: unknown) => {
        throw exhausted(error) ?? error;
      });
      return path;
    };
    const known = this.#copies.get(key) ?? copy();
    this.#copies.set(key, known);
    known.catch(() => this.#copies.delete(key));
    return known;
  }
}

/**
 * That files have what they had when they were looked at: DuckDB takes one that is cut while it reads for complete. One that is gone was read
 * to its end.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export function checkUncut(files: readonly ReadableFile[]): void {
  for (const { file, bytes } of files) {
    const now = statSync(file.path, { throwIfNoEntry: false })?.size ?? bytes;
    if (now >= bytes) continue;
    throw unreadable(
      file.path,
      new Error(`it was cut while it was read: it has ${now} bytes, and had ${bytes}`),
    );
  }
}

const keyOf = ({ path }: JournalFile, bytes: number) => `${bytes} ${path}`;

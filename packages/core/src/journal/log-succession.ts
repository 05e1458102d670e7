import type { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { retried } from "./journal-failure.ts";
import type { JournalEnd } from "./journal-file.ts";
import { type CommitOptions, LogWriter, type LogWriterOptions } from "./log-writer.ts";

export interface LogSuccessionOptions extends LogWriterOptions {
  readonly events: AuditEvents;
  /** Told where the file ends after each commit. Must not throw. */
  readonly committed?: ((end: JournalEnd) => void) | undefined;
}

/** The log that is written to and, when a write ends it, the next. */
export class LogSuccession {
  readonly #options: LogSuccessionOptions;
  #log: LogWriter;
  #file: string;
  #end: JournalEnd | null = null;
  /** Whether the log was begun because the one before was over, and nothing is written in it yet. */
  #isFresh = false;

  /** @throws the file system's error when the directory or the file of the day cannot be opened. */
  constructor(options: LogSuccessionOptions) {
    this.#options = options;
    this.#log = new LogWriter(options);
    this.#file = this.#log.file;
  }

  get origin(): string {
    return this.#log.origin;
  }

  get file(): string {
    return this.#log.file;
  }

  /** Where the newest commit ended; null before the first. */
  get end(): JournalEnd | null {
    return this.#end;
  }

  /** Begins a new log when the last one is over. Rejects when that does not work. */
  async ready(): Promise<void> {
    if (!this.#log.isOver) return;
    this.#log.close();
    this.#log = new LogWriter(this.#options);
    await this.#log.begin();
    this.#isFresh = true;
  }

  /**
   * Makes a commit; when that fails, once more in a new log. What failed may be on the disk all the same: then it stands
   * there twice, with the same ids. Rejects when both fail, and when the log was new already.
   */
  async write(
    drafts: readonly EntryDraft[],
    options: CommitOptions,
  ): Promise<readonly (SealedEntry | AuditError)[]> {
    const sealed = await this.#log.write(drafts, options).catch(async (cause) => {
      if (this.#isFresh) throw cause;
      await this.ready();
      const again = await this.#log.write(drafts, { ...options, isHeartbeat: false });
      this.#options.events.problem(retried(this.#options.directory, cause));
      return again;
    });
    this.#isFresh = false;
    this.#tellEnd();
    return sealed;
  }

  /** Seals the next commit while one is being written, when nothing stands against it. See {@link LogWriter.sealAhead}. */
  sealAhead(drafts: readonly EntryDraft[]): boolean {
    return this.#log.sealAhead(drafts);
  }

  close(): void {
    this.#log.close();
  }

  #tellEnd(): void {
    const { end } = this.#log;
    if (end === null || end === this.#end) return;
    this.#end = end;
    if (end.file !== this.#file) {
      this.#options.events.emit("rotated", { from: this.#file, to: end.file });
      this.#file = end.file;
    }
    this.#options.committed?.(end);
  }
}

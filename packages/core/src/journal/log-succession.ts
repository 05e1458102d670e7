import type { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { retried } from "./journal-failure.ts";
import type { JournalEnd } from "./journal-file.ts";
import { type CommitOptions, LogWriter, type LogWriterOptions } from "./log-writer.ts";

/** What befalls a disk that was right before; everything else is a mistake in the configuration, such as a wrong owner. */
const ofTheDisk = new Set<unknown>(["ENOSPC", "EDQUOT", "EIO", "EROFS"]);

export interface LogSuccessionOptions extends LogWriterOptions {
  readonly events: AuditEvents;
  /** With `continue`, a disk that takes no file now is no reason not to start. */
  readonly onFailure: OnFailure;
  /** Puts back what belongs to the directory, when it is gone. Whether that works is no matter of the log. */
  readonly furnish?: (() => void) | undefined;
  /** Told where the file ends after each commit. Must not throw. */
  readonly committed?: ((end: JournalEnd) => void) | undefined;
}

/** The log that is written to and, when a write ends it, the next. */
export class LogSuccession {
  readonly #options: LogSuccessionOptions;
  /** Null as long as the first could not be opened. */
  #log: LogWriter | null;
  #file: string;
  #end: JournalEnd | null = null;
  /** Whether the log was begun because the one before was over, and nothing is written in it yet. */
  #isFresh = false;

  /** @throws the file system's error when the directory or the file of the day cannot be opened; see `onFailure` */
  constructor(options: LogSuccessionOptions) {
    this.#options = options;
    this.#log = firstLog(options);
    this.#file = this.file;
  }

  /** Empty when there is none yet. */
  get origin(): string {
    return this.#log?.origin ?? "";
  }

  /** Empty when there is none yet. */
  get file(): string {
    return this.#log?.file ?? "";
  }

  /** Where the newest commit ended; null before the first. */
  get end(): JournalEnd | null {
    return this.#end;
  }

  /** Begins a new log when the last one is over. Rejects when that does not work. */
  async ready(): Promise<void> {
    if (this.#log && !this.#log.isOver) return;
    this.#log?.close();
    const next = new LogWriter(this.#options);
    this.#log = next;
    await next.begin();
    this.#options.furnish?.();
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
    const sealed = await this.#log!.write(drafts, options).catch(async (cause) => {
      if (this.#isFresh) throw cause;
      await this.ready();
      const again = await this.#log!.write(drafts, { ...options, isHeartbeat: false });
      this.#options.events.problem(retried(this.#options.directory, cause));
      return again;
    });
    this.#isFresh = false;
    this.#tellEnd();
    return sealed;
  }

  /** Seals the next commit while one is being written, when nothing stands against it. See {@link LogWriter.sealAhead}. */
  sealAhead(drafts: readonly EntryDraft[]): boolean {
    return this.#log!.sealAhead(drafts);
  }

  close(): void {
    this.#log?.close();
  }

  #tellEnd(): void {
    const end = this.#log?.end ?? null;
    if (end === null || end === this.#end) return;
    this.#end = end;
    if (end.file !== this.#file) {
      if (this.#file) this.#options.events.emit("rotated", { from: this.#file, to: end.file });
      this.#file = end.file;
    }
    this.#options.committed?.(end);
  }
}

function firstLog(options: LogSuccessionOptions): LogWriter | null {
  try {
    return new LogWriter(options);
  } catch (cause) {
    if (options.onFailure === "continue" && ofTheDisk.has((cause as { code?: unknown } | null)?.code))
      return null;
    throw cause;
  }
}

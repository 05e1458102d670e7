import { AuditError } from "../audit-error.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft, JsonObject, ServiceFacts } from "../entry/entry.ts";
import type { Guarantee } from "../guarantee/recording.ts";
import { trustedVerifiers } from "../keys/trusted-keys.ts";
import { issueDelegation } from "../seal/delegation.ts";
import { LogSealer, type SealedCommit } from "../seal/log-sealer.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { type RootSigner, verifierOf } from "../seal/signed-note.ts";
import type { JournalFiles } from "./file-names.ts";
import { type JournalEnd, JournalFile, type JournalFileOptions } from "./journal-file.ts";
import { readTail } from "./journal-tail.ts";
import { mostWithoutKey, termsOf, writerOf } from "./log-statements.ts";

export interface LogWriterOptions extends Omit<JournalFileOptions, "writer"> {
  /** The name part of every origin. */
  readonly name: string;
  /** Asked to sign once for each log. */
  readonly root: RootSigner;
  readonly service: ServiceFacts;
  readonly library: JsonObject;
  readonly heartbeatMs: number;
  /** Said by the log: in `write_ahead` a start without an end is a call that was cut off. */
  readonly guarantee: Guarantee;
  /** @default "shared" */
  readonly files?: JournalFiles;
}

export interface CommitOptions {
  /** Whether to write a heartbeat, even alone. @default false */
  readonly isHeartbeat?: boolean;
  /** Whether nothing follows: then it is forced to the disk also with the policy `interval`. @default false */
  readonly isLast?: boolean;
}

/**
 * One log while it is written: its key, its tree and the file of the day. After a write that failed it is of no more
 * use, because nobody knows what is on the disk: the next log takes over.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #ofFiles: JournalFileOptions;
  readonly #service: ServiceFacts;
  /** What lets a reader of any part of the log check it; the delegation is there once the log has begun. */
  #key: { readonly log_key: string; readonly delegation: string };
  readonly #facts: JsonObject;
  /** What tells whether a call without an end still runs. */
  readonly #terms: JsonObject;
  #begun = false;
  #isOver = false;
  /** What the log wrote since it said its key, and how large the file was then. */
  #sinceKey = { entries: 0, bytes: 0, from: 0 };
  readonly #sealer: LogSealer;
  #file: JournalFile;
  #end: JournalEnd | null = null;
  #ahead: (SealedCommit & { readonly drafts: readonly EntryDraft[] }) | null = null;

  /** @throws the file system's error when the directory or the file of the day cannot be opened. */
  constructor(options: LogWriterOptions) {
    const { directory, name, root, service, library, guarantee, heartbeatMs } = options;
    // Of each log anew: the key may have been rotated since the last one.
    const rootKeys = trustedVerifiers(directory, verifierOf(root.vkey)!);
    // Read before anything is written, because the first write ends a torn line.
    const { heads, torn } = readTail(directory, rootKeys);
    this.#options = options;
    this.#service = service;
    this.#terms = termsOf(guarantee, heartbeatMs);
    this.#sealer = new LogSealer(name);
    // Of each log anew: a container that starts again has the same host and process number.
    this.#ofFiles = { ...options, writer: options.files === "per_process" ? this.#sealer.uuid : null };
    this.#file = JournalFile.openNow(dayOf(new Date()), this.#ofFiles);
    this.#key = { log_key: this.#sealer.vkey, delegation: "" };
    this.#facts = {
      ...writerOf(library),
      ...this.#terms,
      links: heads.map((head) => ({ ...head })),
      torn_files: torn.map((file) => ({ ...file })),
    };
  }

  get origin(): string {
    return this.#sealer.origin;
  }

  /** The name of the file that is written to. */
  get file(): string {
    return this.#file.name;
  }

  /** Where the newest commit ended; null before the first. */
  get end(): JournalEnd | null {
    return this.#end;
  }

  /** Whether it is of no more use. */
  get isOver(): boolean {
    return this.#isOver || !this.#file.isTrusted;
  }

  /**
   * Has the root key sign the log's, and writes `audit.opened`, alone: as long as that is not on the disk, nothing else may
   * follow. Rejects with what a key service throws, or with the file system's error; then the log is over.
   */
  async begin(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Seals a commit and appends it. Resolves with the sealed entries when they are on the disk; in place of one that cannot
   * be sealed, with its `INVALID_ENTRY`. When it rejects, the log is over.
   */
  async write(
    drafts: readonly EntryDraft[],
    options: CommitOptions = {},
  ): Promise<(SealedEntry | AuditError)[]> {
    try {
      const sealed = await this.#write(drafts, options);
      if (options.isLast) await this.#file.force();
      return sealed;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Seals the next commit while one is being written. Then it must be the next that is written, with the same array; when
   * the log is over before, what was sealed goes with it.
   *
   * @returns whether it could be done: not for a file that is yet to be opened
   */
  sealAhead(drafts: readonly EntryDraft[]): boolean {
    const now = new Date();
    if (!this.#begun || this.isOver || dayOf(now) > this.#file.day) return false;
    try {
      this.#ahead = { drafts, ...this.#seal(drafts, now, false) };
      return true;
    } catch {
      // The tree may have leaves that will have no lines. The next log says why, when it is asked for the same.
      this.#isOver = true;
      return false;
    }
  }

  async #begin(): Promise<void> {
    const { origin, vkey } = this.#sealer;
    const delegation = await issueDelegation(this.#options.root, origin, vkey, new Date());
    this.#key = { log_key: vkey, delegation };
    // A key service may take its time, and midnight may have passed meanwhile.
    const now = new Date();
    await this.#turnTo(dayOf(now));
    const opened = systemEntry("opened", this.#service, now, { ...this.#facts, ...this.#key });
    this.#sinceKey.from = this.#file.size;
    const [entry] = await this.#append(this.#sealer.seal([opened], now));
    if (entry instanceof AuditError) throw entry;
    // Not before: what is sealed ahead must not stand in front of it.
    this.#begun = true;
  }

  async #write(
    drafts: readonly EntryDraft[],
    { isHeartbeat = false }: CommitOptions,
  ): Promise<(SealedEntry | AuditError)[]> {
    if (this.#ahead?.drafts === drafts) return this.#append(this.#ahead);
    if (!this.#begun) await this.#begin();
    if (drafts.length === 0 && !isHeartbeat) return [];
    const now = new Date();
    const isNewDay = dayOf(now) > this.#file.day && (await this.#turnTo(dayOf(now)));
    return this.#append(this.#seal(drafts, now, isNewDay || isHeartbeat));
  }

  /**
   * Goes on in the file of a day. Never back to an earlier file, also when the clock is: within a log, files are in the
   * order of its entries.
   *
   * @returns whether that is another file
   */
  async #turnTo(day: string): Promise<boolean> {
    if (day <= this.#file.day) return false;
    await this.#file.force();
    const next = await JournalFile.open(day, this.#ofFiles);
    this.#file.close();
    this.#file = next;
    return true;
  }

  /** Always the first of its commit: its frontier is that of the log as it stands. */
  #heartbeat(): EntryDraft {
    const frontier = this.#sealer.frontier;
    return systemEntry("heartbeat", this.#service, new Date(), { ...this.#key, frontier, ...this.#terms });
  }

  #seal(drafts: readonly EntryDraft[], now: Date, needsKey: boolean): SealedCommit {
    const { entries, bytes, from } = this.#sinceKey;
    const { size } = this.#file;
    // What other processes wrote to the file lies behind the key too.
    const behind = Math.max(bytes, size - from);
    const isDue = entries + drafts.length >= mostWithoutKey.entries || behind >= mostWithoutKey.bytes;
    const first = needsKey || isDue ? [this.#heartbeat()] : [];
    const { lines, sealed } = this.#sealer.seal([...first, ...drafts], now);
    this.#sinceKey = first.length
      ? { entries: drafts.length, bytes: lines.length, from: size }
      : { entries: entries + drafts.length, bytes: bytes + lines.length, from };
    return { lines, sealed: sealed.slice(first.length) };
  }

  async #append({ lines, sealed }: SealedCommit): Promise<(SealedEntry | AuditError)[]> {
    this.#ahead = null;
    if (lines.length > 0) this.#end = { file: this.file, size: await this.#file.append(lines) };
    return sealed;
  }

  /** Lets go of the file; nothing is written any more. */
  close(): void {
    this.#isOver = true;
    this.#file.close();
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

import { hostname } from "node:os";
import { systemEntry } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft, JsonObject, ServiceFacts } from "../entry/entry.ts";
import { issueDelegation } from "../seal/delegation.ts";
import { LogSealer } from "../seal/log-sealer.ts";
import type { NoteSigner } from "../seal/signed-note.ts";
import { JournalFile } from "./journal-file.ts";
import { readTail } from "./journal-tail.ts";

export interface LogWriterOptions {
  readonly directory: string;
  /** The name part of every origin. */
  readonly name: string;
  readonly root: NoteSigner;
  readonly service: ServiceFacts;
  readonly library: JsonObject;
  readonly heartbeatMs: number;
}

/**
 * One log while it is written: its key, its tree and the file of the day. After a write that failed it is of no more
 * use, because nobody knows what is on the disk: the next log takes over.
 */
export class LogWriter {
  /** The entry this log must begin with. */
  readonly opened: EntryDraft;
  readonly #directory: string;
  readonly #sealer: LogSealer;
  #file: JournalFile;

  /** @throws the file system's error when the directory or the file of the day cannot be opened. */
  constructor({ directory, name, root, service, library, heartbeatMs }: LogWriterOptions) {
    // Read before anything is written, because the first write ends a torn line.
    const { heads, torn } = readTail(directory);
    const now = new Date();
    this.#directory = directory;
    this.#file = new JournalFile(directory, dayOf(now));
    this.#sealer = new LogSealer(name);
    const { origin, vkey } = this.#sealer;
    this.opened = systemEntry("opened", service, now, {
      library,
      node: process.version,
      host: hostname(),
      pid: process.pid,
      log_key: vkey,
      delegation: issueDelegation(root, origin, vkey, now),
      heartbeat_ms: heartbeatMs,
      links: heads.map((head) => ({ ...head })),
      torn_files: torn.map((file) => ({ ...file })),
    });
  }

  /** Seals a commit and appends it. Resolves with the sealed entries when they are on the disk. */
  async write(drafts: readonly EntryDraft[]): Promise<AuditEntry[]> {
    const now = new Date();
    // Never back to an earlier file, also when the clock is: within a log, files are in the order of its entries.
    if (dayOf(now) > this.#file.day) {
      const next = new JournalFile(this.#directory, dayOf(now));
      this.#file.close();
      this.#file = next;
    }
    const { lines, entries } = this.#sealer.seal(drafts, now);
    await this.#file.append(lines);
    return entries;
  }

  close(): void {
    this.#file.close();
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

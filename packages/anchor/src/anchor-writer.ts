import { closeSync, constants, fstatSync, fsyncSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { AuditError, type JsonObject, type ServiceFacts } from "@openrouter-audit/core";
import {
  type AnchoredHeads,
  anchorFile,
  anchorSignerOf,
  checkpointText,
  type EntryDraft,
  flushDirectory,
  formatLine,
  issueDelegation,
  type LogHead,
  leafHash,
  leafOf,
  MerkleTree,
  type RootSigner,
  systemEntry,
  verifierOf,
} from "@openrouter-audit/core/seal";
import { library } from "./library.ts";

/** What is noted in an anchor log beside heads: docs/seal.md, "Anchors". */
export type NotedEvent = "archived" | "deleted" | "hold" | "approved";

type AnchorEvent = "opened" | "heartbeat" | "anchored" | NotedEvent;
type LogKeys = Pick<LogHead, "log_key" | "delegation">;

/** Where a note stands in the anchor log. */
export interface NotedAt {
  readonly seq: number;
  readonly recorded_at: string;
}

/** What the file of an anchor log was when it was read. */
export interface FoundAnchorLog {
  readonly directory: string;
  readonly read: AnchoredHeads;
  /** How many bytes the file had. */
  readonly bytes: number;
}

/** Goes on with a verified anchor log. Every line is signed, and on the disk before anybody is told of it. */
export class AnchorWriter {
  readonly leafHashes: string[];
  readonly #directory: string;
  readonly #root: RootSigner;
  readonly #signer: RootSigner;
  readonly #origin: string;
  readonly #service: ServiceFacts;
  #tree: MerkleTree;
  #head: LogHead | null;
  #bytes: number;
  #missingEnd: string;
  /** Why nothing more is written: nobody knows what the file holds since. */
  #broken: AuditError | null = null;
  #previous: Promise<void> = Promise.resolve();

  constructor({ directory, read, bytes }: FoundAnchorLog, root: RootSigner, service: ServiceFacts) {
    const { log } = read;
    this.leafHashes = [...log.leafHashes];
    this.#directory = directory;
    this.#root = root;
    this.#signer = anchorSignerOf(root);
    this.#origin = verifierOf(this.#signer.vkey)!.name;
    this.#service = service;
    this.#tree = new MerkleTree(log.size, log.frontier);
    this.#head = log.head;
    this.#bytes = bytes;
    this.#missingEnd = log.missingEnd;
  }

  /** The newest line; null before the first. */
  get head(): LogHead | null {
    return this.#head;
  }

  /** The `chain_hash` of the first line: which anchor log it is, wherever it is kept; null before that. */
  get first(): string | null {
    const [leaf] = this.leafHashes;
    return leaf === undefined ? null : Buffer.from(leaf, "latin1").toString("base64");
  }

  /** Begins the log, or lets a new root key take over. Does nothing when the log goes on with the key it has. */
  async begin(now: Date): Promise<void> {
    const log_key = this.#signer.vkey;
    if (this.#head?.log_key === log_key) return;
    const delegation = await this.#signed(() => issueDelegation(this.#root, this.#origin, log_key, now));
    if (this.#head === null) {
      const facts = { seal: 1, library, node: process.version, host: hostname(), pid: process.pid };
      const opened = { ...facts, log_key, delegation, heartbeat_ms: 0, links: [], torn_files: [] };
      await this.#append("opened", opened, now, { log_key, delegation });
    } else {
      await this.#append("heartbeat", this.#heartbeat(log_key, delegation), now, { log_key, delegation });
    }
  }

  async anchored(detail: JsonObject, now: Date): Promise<void> {
    await this.#append("anchored", detail, now, this.#head!);
  }

  /** What somebody does with the journal. The entry is on the disk when this resolves: only then may it be done. */
  async note(event: NotedEvent, detail: JsonObject, now: Date, who: Partial<EntryDraft>): Promise<NotedAt> {
    const seq = await this.#append(event, detail, now, this.#head!, who);
    return { seq, recorded_at: now.toISOString() };
  }

  /** That somebody looked, and nothing was new. */
  async heartbeat(now: Date): Promise<void> {
    const { log_key, delegation } = this.#head!;
    await this.#append("heartbeat", this.#heartbeat(log_key, delegation), now, this.#head!);
  }

  #heartbeat(log_key: string, delegation: string): JsonObject {
    return {
      log_key,
      delegation,
      frontier: this.#tree.frontier.map((subtree) => subtree.toString("base64")),
    };
  }

  /** One line after the other, even when nobody waits. @returns its seq */
  #append(
    event: AnchorEvent,
    detail: JsonObject,
    now: Date,
    keys: LogKeys,
    who: Partial<EntryDraft> = {},
  ): Promise<number> {
    const appended = this.#previous.then(() => this.#appendNow(event, detail, now, keys, who));
    this.#previous = appended.then(
      () => {},
      () => {},
    );
    return appended;
  }

  async #appendNow(
    event: AnchorEvent,
    detail: JsonObject,
    now: Date,
    { log_key, delegation }: LogKeys,
    who: Partial<EntryDraft>,
  ): Promise<number> {
    if (this.#broken) throw this.#broken;
    const log = this.#origin;
    const tree = this.#tree.copy();
    const place = { log, seq: tree.size, recorded_at: now.toISOString() };
    const leaf = leafOf(systemEntry(event, this.#service, now, detail, who), place);
    const hash = leafHash(leaf);
    tree.append(hash);
    const chain_hash = tree.rootText();
    const checkpoint = checkpointText(log, tree.size, chain_hash);
    const signature = await this.#signed(() => this.#signer.sign(checkpoint));
    // A line with a wrong signature could never be taken back.
    if (!verifierOf(log_key)!.verify(checkpoint, signature))
      throw new AuditError(
        "KEY_MISMATCH",
        `What signs for the root key ${this.#root.vkey} gave a signature that is not that key's. Nothing was written.`,
      );
    this.#write(`${formatLine(leaf, chain_hash, signature)}\n`, tree.size === 1);
    // Only what is on the disk counts: a line that was not written leaves no gap behind it.
    this.#tree = tree;
    this.leafHashes.push(hash);
    this.#head = { log, size: tree.size, chain_hash, signature, log_key, delegation };
    return place.seq;
  }

  /** What signs may be a service somewhere else. */
  async #signed<T>(sign: () => T | Promise<T>): Promise<T> {
    try {
      return await sign();
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AuditError(
        "JOURNAL_UNWRITABLE",
        `What signs for the root key ${this.#root.vkey} did not sign: ${message}. Nothing was written to the anchor log in ${this.#directory}.`,
        { cause },
      );
    }
  }

  #write(line: string, isFirst: boolean): void {
    const path = join(this.#directory, anchorFile);
    const { O_APPEND, O_NOFOLLOW, O_WRONLY } = constants;
    let isOpen = false;
    try {
      const file = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
      try {
        const bytes = Buffer.from(`${this.#missingEnd}${line}`);
        isOpen = true;
        if (fstatSync(file).size !== this.#bytes) throw new Error(`somebody else wrote to ${path}`);
        const written = writeSync(file, bytes);
        if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
        fsyncSync(file);
        this.#bytes += written;
        this.#missingEnd = "";
      } finally {
        closeSync(file);
      }
      if (isFirst) flushDirectory(this.#directory);
    } catch (cause) {
      const failed = unwritable(this.#directory, cause);
      if (isOpen) this.#broken = failed;
      throw failed;
    }
  }
}

export function unwritable(directory: string, cause: unknown): AuditError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AuditError("JOURNAL_UNWRITABLE", `Cannot write the anchor log in ${directory}: ${message}.`, {
    cause,
  });
}

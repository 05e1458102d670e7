import type { AuditEntry } from "../entry/entry.ts";

/**
 * A place that entries are delivered to.
 *
 * Delivery calls a sink one batch at a time: writes never overlap, and `close` comes after the last of them. A sink does
 * not queue, retry or swallow errors: delivery does that once, for all of them.
 */
export interface AuditSink {
  /**
   * Names the sink, and its files beside the journal: lower-case letters, digits, `.`, `_` and `-`, beginning with a letter
   * or digit, at most 64 characters. What has another name is another sink, and is delivered everything.
   */
  readonly name: string;
  /** The largest batch this place takes. Delivery cuts to fit. @default 1000 entries, 4 MiB */
  readonly limits?: SinkLimits;
  /**
   * Keeps every entry of the batch, in order, or rejects. Resolving promises durability: on the disk, or acknowledged by
   * the service. After a rejection the same entries come again, so that writing an entry twice (the same `id`) must be
   * harmless. Reject with {@link EntriesRejected} to have entries set aside that this place will never take. Stop early,
   * and reject, when `signal` aborts. Entries are copies of its own: what a sink does to them, nobody else sees.
   */
  write(batch: readonly AuditEntry[], options: { readonly signal: AbortSignal }): Promise<void>;
  /** Lets go of files, sockets and timers. */
  close?(): Promise<void>;
}

export interface SinkLimits {
  /** The most entries in a batch. @default 1000 */
  readonly entries?: number;
  /** The most bytes in a batch, counted as the UTF-8 of the lines of its entries. @default 4 MiB */
  readonly bytes?: number;
  /** What this place counts for each entry besides. @default 0 */
  readonly overheadBytes?: number;
  /** The largest entry; a larger one is set aside. @default `bytes` */
  readonly entryBytes?: number;
}

/** A sink whose acknowledgement belongs to the guarantee. See {@link required}. */
export interface RequiredSink {
  readonly required: AuditSink;
}

/** Makes a sink part of the guarantee: the caller waits for it as for the journal, and is refused when it fails. */
export function required(sink: AuditSink): RequiredSink {
  return { required: sink };
}

/**
 * Thrown by a sink for entries that it will never take, however often they come. All others of the batch are kept. The
 * rejected ones are set aside, with the reason, and delivery goes on.
 */
export class EntriesRejected extends Error {
  override readonly name = "EntriesRejected";
  readonly rejected: readonly RejectedEntry[];

  constructor(rejected: readonly RejectedEntry[], options?: { readonly cause?: unknown }) {
    super(
      `${rejected.length === 1 ? "An entry was" : `${rejected.length} entries were`} rejected: ${rejected[0]?.reason ?? "no reason was given"}`,
      options,
    );
    this.rejected = rejected;
  }
}

export interface RejectedEntry {
  readonly id: string;
  readonly reason: string;
}

import type { AuditEntry } from "../entry/entry.ts";

/** An entry on its way to a sink. */
export interface Parcel {
  readonly id: string;
  /** RFC 3339 in UTC. */
  readonly recordedAt: string;
  /** The UTF-8 of its line, without LF. */
  readonly bytes: number;
  /** Why no sink is given it. */
  readonly flaw?: string | null;
  /** The line, without LF. */
  line(): string;
  /** The entry as it was written; each time another copy, so that what a sink does to it changes nothing. */
  open(): AuditEntry;
}

/** Where the parcels for one sink come from, in the order in which they are to be delivered. */
export interface ParcelSource<P extends Parcel = Parcel> {
  /**
   * The ones that come next, behind all that were taken before; none when there are none at present. It may be fewer than
   * there are, and the last may exceed the bytes.
   */
  take(most: { readonly entries: number; readonly bytes: number }): Promise<readonly P[]>;
  /** Everything up to and including this parcel, the last of these, is with the sink or set aside, and need not come again. */
  passed(parcels: readonly P[]): void;
  /** Resolves when there may be more to take. Rejects when the signal aborts. */
  more(signal: AbortSignal): Promise<void>;
}

/** A parcel that the sink will never take. */
export interface DeadLetter<P extends Parcel = Parcel> {
  readonly parcel: P;
  readonly reason: string;
}

/** Where such parcels are kept, so that nothing is lost that a sink will not take. Resolves when they are. */
export type SetAside<P extends Parcel = Parcel> = (letters: readonly DeadLetter<P>[]) => Promise<void>;

import type { LogHead } from "@openrouter-audit/core/seal";

/** The state of an anchor log after a run, for the places that keep it. */
export interface Anchor {
  /** Where the anchor log is kept. */
  readonly directory: string;
  /** The newest line as a head, which the root vkey proves. */
  readonly head: LogHead;
  /** The same as a C2SP checkpoint, https://c2sp.org/tlog-checkpoint: the content of `<directory>/checkpoint`. */
  readonly checkpoint: string;
  /** The root vkeys that are trusted: more than one after a rotation. */
  readonly rootKeys: readonly string[];
  /** Base64 of the root when the anchor log had `size` entries, at least one and at most as many as now. */
  rootAt(size: number): string;
  /** RFC 6962 section 2.1.2: that the log as it is now begins with the log of `oldSize` entries. */
  consistencyProof(oldSize: number): Buffer[];
  /** The text of a checkpoint that this log's key signed, now or before a rotation; null for any other note. */
  open(note: string): string | null;
}

/** Where an anchor went. */
export interface Kept {
  /** A file, or an address. */
  readonly where: string;
  /** When the other side says it was, RFC 3339; null when it says nothing. */
  readonly time: string | null;
}

/** A place outside of the reach of whoever can write the journal, to which the newest anchor is given after each run. */
export interface AnchorSink {
  /** Names it in messages. */
  readonly name: string;
  /**
   * Keeps an anchor, or returns null when it has it already. Asked after every run, also when nothing was new: what
   * failed once is tried again then.
   *
   * @throws AnchorContradiction when it knows a state of the log that this one contradicts; any other error when it
   * could not be kept
   */
  keep(anchor: Anchor): Promise<Kept | null>;
}

/** The anchor log is older than, or other than, one that was seen elsewhere: it was rolled back or rewritten. */
export class AnchorContradiction extends Error {
  override readonly name = "AnchorContradiction";
}

/** Compares the log with an earlier state of it. @throws AnchorContradiction */
export function checkEarlier(
  anchor: Anchor,
  earlier: { readonly size: number; readonly root: string },
  where: string,
): void {
  const { size } = anchor.head;
  if (earlier.size > size)
    throw new AnchorContradiction(
      `${where} knows ${earlier.size} entries of the anchor log, which has ${size}: its end was cut off, or an old copy was restored.`,
    );
  if (anchor.rootAt(earlier.size) !== earlier.root)
    throw new AnchorContradiction(
      `${where} knows another anchor log: its first ${earlier.size} entries are not those of this one.`,
    );
}

import type { LogHead } from "../seal/log-head.ts";
import { unknownOption } from "../unknown-option.ts";

export interface VerifyJournalOptions {
  /** The root vkey; of a source it must be given. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** Directories of notes that tie root keys to each other, besides those of the journal. @default none */
  readonly rotations?: string | readonly string[];
  /**
   * Whether keys that took over from the given one are trusted too. `false` when it may have been stolen: a thief can sign a
   * rotation to a key of their own. @default true
   */
  readonly successors?: boolean;
  /**
   * Heads noted earlier, out of the reach of whoever can write the journal; or the path of a file of them, one JSON object
   * a line, or of a checkpoint of the anchor log, which must be there then: `MISSING_STREAM` else. @default none
   */
  readonly knownHeads?: string | readonly LogHead[];
  /**
   * The directory of the anchor log, or several; null to read none, which misses it where a head of it is known. @default `anchor` in each
   * journal directory, when there is one
   */
  readonly anchors?: string | readonly string[] | null;
  /** How old entries must have been when they were deleted, in milliseconds. @default any age */
  readonly minRetentionMs?: number;
  /** Only the files of this UTC day and later ones. @default from the beginning */
  readonly since?: Date;
  /** Only the files of days that began before this time, by UTC. @default to the end */
  readonly until?: Date;
  /** That the other files were left out, none of which is seen, and the `seq` with which logs go on in later ones. @default none were */
  readonly excerpt?: { readonly later: ReadonlyMap<string, number> };
  /**
   * Which `chain_hash` to compute: those of every line, or of the lines whose signature is checked. The latter is several
   * times as fast and proves all that the entries say. When one is wrong, the journal is read again with "every", to find
   * the line. @default "every"
   */
  readonly roots?: "every" | "signed";
  /**
   * Which signatures to check: every one, or one in 256 and the last of each log in each file, which prove all that the
   * entries say. @default "every" for a journal of up to 32 MiB
   */
  readonly signatures?: "every" | "sampled";
  /**
   * At most how many threads to read with, this one among them, each a file at a time: one for each 16 MiB. In a bundle without the files of
   * this package, and with 1, none are started. @default 1
   */
  readonly workers?: number;
  /** @default the present time; decides which logs count as still open */
  readonly now?: Date;
  /** Told again and again how many bytes of how many were read. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

const names: { readonly [name in keyof VerifyJournalOptions]-?: true } = {
  key: true,
  rotations: true,
  successors: true,
  knownHeads: true,
  anchors: true,
  minRetentionMs: true,
  since: true,
  until: true,
  excerpt: true,
  roots: true,
  signatures: true,
  workers: true,
  now: true,
  onProgress: true,
};

/**
 * Checks that each option is one: with a key that goes unread for its misspelt name, a journal would be checked with its own.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function checkVerifyOptions(options: VerifyJournalOptions): void {
  const known = Object.keys(names);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownOption(unknown, known);
}

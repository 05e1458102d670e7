import type { LogHead } from "../seal/log-head.ts";

/** Where retention cut a log: it begins at `size` now. See docs/seal.md, "Tombstones". */
export interface Cut {
  readonly log: string;
  /** How many entries of it were deleted. */
  readonly size: number;
  /** The compact range `[0, size)`, in base64. */
  readonly frontier: readonly string[];
  /** `recorded_at` of the last entry that was deleted. */
  readonly newest: string;
  /** Whether nothing of the log is left. */
  readonly closed: boolean;
  /** The log at that size. */
  readonly head: LogHead;
  /** Whether the lines were deleted of a table alone: of files it excuses nothing. */
  readonly ofTable: boolean;
  /** When the tombstone was recorded; where an entry behind it in the anchor log says an earlier time, that. */
  readonly deletedAt: string;
}

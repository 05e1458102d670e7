import type { RoomLimits } from "./room.ts";

/** When a disk is nearly full. Null is the default, which depends on its size. */
export interface DiskLimits {
  /** Free bytes below which a warning is given; 0 gives none. */
  readonly warnBytes: number | null;
  /** Free bytes below which no call is taken any more; 0 takes them to the end. */
  readonly stopBytes: number | null;
  /** How many bytes the journal may have. */
  readonly quotaBytes: number | null;
}

/** The limits of a disk of so many bytes: a share of it, and no more than a large one needs. */
export function limitsOfDisk({ warnBytes, stopBytes }: DiskLimits, total: number): RoomLimits {
  return {
    warn: warnBytes ?? Math.min(1 << 30, Math.floor(total / 10)),
    stop: stopBytes ?? Math.min(64 << 20, Math.floor(total / 100)),
  };
}

/** The limits of a quota: a warning at nine tenths of it, the end at the whole. */
export function limitsOfQuota(quotaBytes: number): RoomLimits {
  return { warn: quotaBytes / 10, stop: 1 };
}

import { constants, statfsSync } from "node:fs";

/** When what was written is forced to the disk: with each commit, every so often, or when the system likes to. */
export type SyncPolicy = "commit" | "interval" | "never";

export interface SyncSetting {
  readonly sync: SyncPolicy;
  /** How long after a write the disk is forced at the latest, with `interval`. */
  readonly syncIntervalMs: number;
}

// The magic numbers of statfs(2). Others, FUSE before Linux 5.19 for one, take the flag and do nothing.
const ext4 = 0xef53;
const xfs = 0x58465342;
const btrfs = 0x9123683e;
const keepTheFlag: ReadonlySet<number> = new Set([ext4, xfs, btrfs]);

/**
 * What to open a journal file with, so that a write ends only when its bytes are on the disk (`O_DSYNC` of open(2)): one
 * system call in place of a write and an fdatasync. 0 where that is not wanted, or not known to hold.
 */
export function writeThroughFlag(directory: string, sync: SyncPolicy): number {
  if (sync !== "commit" || process.platform !== "linux") return 0;
  return keepTheFlag.has(statfsSync(directory).type) ? constants.O_DSYNC : 0;
}

import type { Breaking } from "./breaking.ts";
import { deathsOfProcesses } from "./deaths.ts";
import { diskFaults } from "./disk-faults.ts";
import { killPoints } from "./kill-points.ts";
import { realDisks } from "./real-disks.ts";

/** Every program, by its name. */
export const programs: Readonly<Record<string, Breaking>> = {
  kill: killPoints,
  deaths: deathsOfProcesses,
  faults: diskFaults,
  disks: realDisks,
};

import type { Breaking } from "./breaking.ts";
import { burst } from "./burst.ts";
import { cursorFaults } from "./cursor-faults.ts";
import { manyDays } from "./days.ts";
import { deathsOfProcesses } from "./deaths.ts";
import { diskFaults } from "./disk-faults.ts";
import { killPoints } from "./kill-points.ts";
import { realDisks } from "./real-disks.ts";
import { sinkFaults } from "./sink-faults.ts";
import { soak } from "./soak.ts";
import { startFaults } from "./start-faults.ts";

/** Every program, by its name. */
export const programs: Readonly<Record<string, Breaking>> = {
  kill: killPoints,
  deaths: deathsOfProcesses,
  burst,
  days: manyDays,
  start: startFaults,
  faults: diskFaults,
  disks: realDisks,
  sinks: sinkFaults,
  cursor: cursorFaults,
  soak,
};

import type { Breaking } from "./breaking.ts";
import { deathsOfProcesses } from "./deaths.ts";

/** Every program, by its name. */
export const programs: Readonly<Record<string, Breaking>> = {
  deaths: deathsOfProcesses,
};

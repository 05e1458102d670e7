import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { inTemporaryFolder } from "./working-folder.ts";

export const logsFolder = "data/logs";

/** Lets something be done with a folder that has `data/logs`: the package, or an empty one, for an empty folder is not in a ZIP. */
export function withLogsFolder<T>(directory: string, work: (place: string) => Promise<T>): Promise<T> {
  if (existsSync(join(directory, logsFolder))) return work(directory);
  return inTemporaryFolder(async (place) => {
    await mkdir(join(place, logsFolder), { recursive: true });
    return work(place);
  });
}

import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { recentLogs } from "../src/orphans/recent-logs.ts";
import { newDirectory } from "./support/journals.ts";
import { StartedLog } from "./support/started-log.ts";

test("files that are moved away while they are looked at hide none of the others", async () => {
  const directory = newDirectory();
  const now = new Date();
  const fileOf = (name: string) => join(directory, `audit_2026-11-25_${name}.jsonl`);
  const write = (name: string) => {
    const log = new StartedLog();
    writeFileSync(fileOf(name), `${log.opened(now)}\n${log.start(uuidv7(), now)}\n`);
    return log.sealer.origin;
  };
  const going = Array.from({ length: 50 }, (_, index) => `going-${index}`);
  for (const name of going) write(name);
  const staying = write("staying");
  writeFileSync(fileOf("empty"), "");
  const looking = recentLogs(directory, [], new AbortController().signal);
  // It has the names by now, and opens nothing before this is over.
  for (const name of going) unlinkSync(fileOf(name));
  expect([...(await looking).keys()]).toEqual([staying]);
});

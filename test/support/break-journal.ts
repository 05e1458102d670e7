import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
} from "node:fs";

/** Whether {@link breakJournal} can do its work here. */
export const canBreakJournal = process.platform === "linux";

/** Lets the disk of an open journal be full, until the function returned is called. */
export function breakJournal(directory: string): () => void {
  const real = realpathSync(directory);
  const descriptors = readdirSync("/proc/self/fd").filter((fd) => isIn(real, fd));
  for (const fd of descriptors.map(Number)) {
    closeSync(fd);
    // The lowest free number is given out, so that the journal writes to this from now on.
    const spare: number[] = [];
    for (let opened = -1; opened !== fd; spare.push(opened)) opened = openSync("/dev/full", "r+");
    for (const number of spare) if (number !== fd) closeSync(number);
  }
  renameSync(real, `${real}.away`);
  return () => renameSync(`${real}.away`, real);
}

/** Whether it writes there. Who reads closes what is theirs themselves, and would meet somebody else's file under the number. */
function isIn(directory: string, fd: string): boolean {
  try {
    if (!readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${directory}/audit_`)) return false;
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))![1]!;
    const { O_RDWR, O_WRONLY } = constants;
    return (Number.parseInt(flags, 8) & (O_RDWR | O_WRONLY)) !== 0;
  } catch {
    return false;
  }
}

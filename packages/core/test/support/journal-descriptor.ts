import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  open,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { newDirectory } from "./journals.ts";

const { O_RDWR, O_NONBLOCK } = constants;

/** The open journal file of a directory writes elsewhere from now on: under the same descriptor. */
export function redirectJournal(directory: string, path: string): number {
  const real = realpathSync(directory);
  const fd = readdirSync("/proc/self/fd")
    .map(Number)
    .find((each) => targetOf(each).startsWith(`${real}/audit_`));
  if (fd === undefined) throw new Error("The journal has no file open.");
  closeSync(fd);
  // The lowest free number is given out.
  const spare: number[] = [];
  for (let opened = -1; opened !== fd; spare.push(opened)) opened = openSync(path, O_RDWR | O_NONBLOCK);
  for (const number of spare) if (number !== fd) closeSync(number);
  return fd;
}

function targetOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

/** The journal writes to a pipe that takes only so many bytes more, and then EAGAIN. */
export function redirectToFullPipe(directory: string, room: number): void {
  const fd = redirectJournal(directory, newPipe());
  const page = Buffer.alloc(4096);
  try {
    for (;;) writeSync(fd, page);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
  if (room > 0) readSync(fd, Buffer.alloc(room), 0, room, null);
}

/**
 * Lets nothing that is asked of a disk end, as a disk does that stalls: every thread that would do it waits for somebody to
 * write to a pipe. Until the function returned is called.
 */
export function stallDisks(): () => Promise<void> {
  const pipe = newPipe();
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  const opening = Array.from({ length: threads }, () => promisify(open)(pipe, "r"));
  return async () => {
    const writer = openSync(pipe, O_RDWR | O_NONBLOCK);
    for (const fd of await Promise.all(opening)) closeSync(fd);
    closeSync(writer);
  };
}

function newPipe(): string {
  const path = join(newDirectory(), "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

import * as fs from "node:fs";
import { promisify } from "node:util";

const realWrite = promisify(fs.write);
const realFlush = promisify(fs.fdatasync);

/**
 * What becomes of a write, or of a flush: it works; nothing is done; half of it is; or all of it is done, and it is called a
 * failure all the same, as when a disk loses its acknowledgement.
 */
export type Fault = "none" | "refused" | "cut" | "unacknowledged";

/** The disk of a test: what it does next, first come first served; then it works. */
export class FaultyDisk {
  faults: Fault[] = [];
  /** What it was asked to do, and has ended in whatever way. */
  done: ("write" | "flush")[] = [];
  #flushed: () => void = () => undefined;
  #held: Promise<void> | null = null;
  /** Whether nothing works, whatever comes next. */
  isGone = false;
  /** Whether files that were written to are closed with an error. */
  closesBadly = false;
  readonly #written = new Set<number>();

  /** `node:fs` with this disk: to be put in the place of it before anything else is imported. */
  readonly module = {
    ...fs,
    default: fs,
    write: withPromise(fs.write, (fd: number, bytes: Buffer) => this.#write(fd, bytes)),
    closeSync: (fd: number) => {
      fs.closeSync(fd);
      if (this.#written.delete(fd) && this.closesBadly)
        throw Object.assign(new Error("EIO: i/o error, close"), { code: "EIO" });
    },
    fdatasync: withPromise(fs.fdatasync, (fd: number) => this.#flush(fd)),
  };

  /** Resolves when it has flushed so many times. */
  async flushed(times: number): Promise<void> {
    while (this.done.filter((each) => each === "flush").length < times) {
      await new Promise<void>((resolve) => {
        this.#flushed = resolve;
      });
    }
  }

  /** Flushes do not end, until the function returned is called. */
  holdFlushes(): () => void {
    let goOn = () => {};
    this.#held = new Promise((resolve) => {
      goOn = resolve;
    });
    return () => {
      this.#held = null;
      goOn();
    };
  }

  #next(): Fault {
    return this.isGone ? "refused" : (this.faults.shift() ?? "none");
  }

  async #write(fd: number, bytes: Buffer) {
    const fault = this.#next();
    this.done.push("write");
    this.#written.add(fd);
    if (fault === "refused") throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
    if (fault === "cut") return realWrite(fd, bytes.subarray(0, bytes.length >> 1));
    const written = await realWrite(fd, bytes);
    if (fault === "unacknowledged") throw new Error("EIO: i/o error, write, though all of it was written");
    return written;
  }

  async #flush(fd: number): Promise<void> {
    const fault = this.#next();
    await this.#held;
    await realFlush(fd);
    this.done.push("flush");
    this.#flushed();
    if (fault !== "none") throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
  }
}

function withPromise(callback: object, work: (...given: never[]) => Promise<unknown>): object {
  return Object.assign(
    () => {
      throw new Error("This disk is asked with promises.");
    },
    callback,
    { [promisify.custom]: work },
  );
}

import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { UnusableError } from "./exit-code.ts";

/** What came of adding a variable to a .env file. */
export interface EnvFileOutcome {
  /** The line that sets the variable already; then nothing was written. */
  readonly alreadyOnLine: number | null;
  /** Whether others than the owner can read the file. */
  readonly exposed: boolean;
}

/** Appends a variable to a .env file, made 0600 when it is not there. A variable it sets already is never touched. */
export function appendVariable(path: string, name: string, value: string): EnvFileOutcome {
  try {
    const file = openSync(path, "a+", 0o600);
    try {
      const { size, mode } = fstatSync(file);
      // The mode given to open is subject to the umask of a shell that may be stranger than ours.
      if (size === 0) fchmodSync(file, 0o600);
      const text = readFileSync(file, "utf8");
      const line = text.split("\n").findIndex((each) => setsVariable(each, name));
      const exposed = size > 0 && (mode & 0o077) !== 0;
      if (line >= 0) return { alreadyOnLine: line + 1, exposed };
      const gap = text === "" || text.endsWith("\n") ? "" : "\n";
      writeSync(file, `${gap}${name}=${value}\n`);
      fsyncSync(file);
      return { alreadyOnLine: null, exposed };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new UnusableError(`Cannot write ${path}: ${(cause as Error).message}.`, { cause });
  }
}

function setsVariable(line: string, name: string): boolean {
  return /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1] === name;
}

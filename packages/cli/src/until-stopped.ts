import { exitCode } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";

/** Lets something be done until the person has had enough: then that is said, and there was no answer. */
export async function untilStopped(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const signal = terminal.untilInterrupted();
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.stderr.write("Stopped.\n");
    return exitCode.unusable;
  }
}

import type { CommandIo } from "./command-io.ts";

/** The streams, environment and signals of this process. */
export function processIo(): CommandIo {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on("error", ignoreClosedPipe);
  return { stdout, stderr, stdin: () => process.stdin, env, untilInterrupted };
}

/** `openrouter-audit query | head` ends when head has seen enough: that is no failure. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  // Only once: a second Ctrl-C ends the process the hard way.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

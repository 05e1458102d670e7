// Writes what it is told to its stdout, through the sink, and tells how that ended and how much is left in memory.
import type { AuditEntry } from "@openrouter-audit/core";
import { stdoutSink } from "@openrouter-audit/sink-stdout";

export interface Told {
  readonly entries: readonly AuditEntry[];
  /** Whether to stop the write as soon as a line waits in the stream. */
  readonly impatient?: boolean;
}

// A limit of the size of files is told by this signal, too, and it would end the process.
process.on("SIGXFSZ", () => {});

const sink = stdoutSink();

process.on("message", async ({ entries, impatient }: Told) => {
  const stop = new AbortController();
  const writing = sink.write(entries, { signal: stop.signal }).then(
    () => "taken",
    (error: Error) => error.message,
  );
  let ending: string | null = null;
  void writing.then((how) => (ending = how));
  while (impatient && ending === null && process.stdout.writableLength === 0) await new Promise(setImmediate);
  if (impatient) stop.abort(new Error("the time is up"));
  process.send!({ ending: await writing, left: process.stdout.writableLength });
});
process.send!("ready");

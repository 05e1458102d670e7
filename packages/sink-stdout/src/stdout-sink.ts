import { setImmediate as others } from "node:timers/promises";
import {
  type AuditEntry,
  type AuditSink,
  EntriesRejected,
  type RejectedEntry,
  textOf,
} from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { LineWriter } from "./line-writer.ts";
import { optionRules, type StdoutSinkOptions } from "./options.ts";

/** After so many lines everything else in the process has its turn: a pipe with room takes them without waiting. */
const linesInATurn = 32;

/**
 * Writes each entry as one line to standard output, for a collector that reads it there.
 *
 * Resolves when the operating system has taken the lines: they are in the pipe, the file or the terminal. Whether a collector
 * has stored them, nobody can say. While the reader stops, a write waits until its `signal` aborts; a reader that is gone
 * (EPIPE) is gone until the process starts again. While the sink is open, errors of the stream do not end the process.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function stdoutSink(options: StdoutSinkOptions = {}): AuditSink {
  checkOptions("stdoutSink", options, optionRules);
  const { stream = process.stdout, format, maxLineBytes, name = "stdout" } = options;
  const writer = new LineWriter(stream);
  /** Places in logs: what was taken of a batch that was stopped. It comes again, and is not written twice. */
  const taken = new Set<string>();

  function settle(place: string, isTaken: boolean): void {
    if (isTaken) taken.add(place);
    // What a stream took before it failed is kept by nobody.
    else taken.clear();
  }

  async function writeLines(batch: readonly AuditEntry[], signal: AbortSignal): Promise<RejectedEntry[]> {
    await writer.free(signal);
    const before = new Set(taken);
    const rejected: RejectedEntry[] = [];
    let lines = 0;
    for (const entry of batch) {
      signal.throwIfAborted();
      const place = placeOf(entry);
      if (before.has(place)) continue;
      const line = textOf(entry, format);
      const reason = whyNot(line, maxLineBytes);
      if (reason !== null) rejected.push({ id: entry.id, reason });
      else await writer.write(line, signal, (isTaken) => settle(place, isTaken));
      lines += 1;
      if (lines % linesInATurn === 0) await others();
    }
    return rejected;
  }

  return {
    name,
    async write(batch, { signal }) {
      const rejected = await writeLines(batch, signal);
      for (const entry of batch) taken.delete(placeOf(entry));
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
    async close() {
      writer.close();
      taken.clear();
    },
  };
}

/** Not the `id`: of an entry that was sealed twice, both lines are needed. */
function placeOf({ log, seq }: AuditEntry): string {
  return `${log} ${seq}`;
}

function whyNot(line: string, maxLineBytes = Number.POSITIVE_INFINITY): string | null {
  if (line.includes("\n")) return "its format makes more than one line of it";
  const bytes = Buffer.byteLength(line);
  return bytes > maxLineBytes ? `its line has ${bytes} bytes, and maxLineBytes is ${maxLineBytes}` : null;
}

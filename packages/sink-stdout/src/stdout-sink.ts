import { setImmediate as others } from "node:timers/promises";
import {
  type AuditEntry,
  type AuditSink,
  EntriesRejected,
  lineOf,
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
 * (EPIPE) is gone until the process starts again. From the first line until `close`, errors of the
 * stream do not end the process.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function stdoutSink(options: StdoutSinkOptions = {}): AuditSink {
  checkOptions("stdoutSink", options, optionRules);
  const { stream = process.stdout, format, maxLineBytes, name = "stdout" } = options;
  const writer = new LineWriter(stream);
  /**
   * Lines of the journal: what was taken of a batch that was stopped. It comes again, and is not written twice. Not the `id`, nor
   * the place in the log: of an entry that was sealed twice, or forged, both lines are needed.
   */
  const taken = new Set<string>();

  function settle(written: string, isTaken: boolean): void {
    if (isTaken) taken.add(written);
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
      const written = lineOf(entry);
      if (before.has(written)) continue;
      const line = format ? textOf(entry, format) : written;
      const reason = whyNot(line, maxLineBytes);
      if (reason !== null) rejected.push({ id: entry.id, reason });
      else await writer.write(line, signal, (isTaken) => settle(written, isTaken));
      lines += 1;
      if (lines % linesInATurn === 0) await others();
    }
    return rejected;
  }

  return {
    name,
    async write(batch, { signal }) {
      const rejected = await writeLines(batch, signal);
      for (const entry of batch) taken.delete(lineOf(entry));
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
    async close() {
      writer.close();
      taken.clear();
    },
  };
}

function whyNot(line: string, maxLineBytes = Number.POSITIVE_INFINITY): string | null {
  if (line.includes("\n")) return "its format makes more than one line of it";
  const bytes = Buffer.byteLength(line);
  return bytes > maxLineBytes ? `its line has ${bytes} bytes, and maxLineBytes is ${maxLineBytes}` : null;
}

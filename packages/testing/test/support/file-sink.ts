import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type AuditEntry, type AuditSink, EntriesRejected } from "@openrouter-audit/core";
import type { Wire } from "@openrouter-audit/testing/sink";

const direct: Wire = (send) => send();

/** Entries as lines of one file: a sink that is right, and knows no id. */
export function fileSink(path: string, wire: Wire = direct): AuditSink {
  const append = (text: string, signal: AbortSignal) => {
    return wire(() => appendFile(path, text, { flush: true }), { signal });
  };
  return {
    name: "file",
    limits: { entries: 50, bytes: 1 << 20, overheadBytes: 1 },
    async write(batch, { signal }) {
      signal.throwIfAborted();
      await mkdir(dirname(path), { recursive: true });
      const rejected = batch.filter(({ metadata }) => metadata && "forbidden" in metadata);
      const lines = batch
        .filter((entry) => !rejected.includes(entry))
        .map((entry) => `${JSON.stringify(entry)}\n`);
      await append(lines.join(""), signal);
      if (rejected.length > 0)
        throw new EntriesRejected(rejected.map(({ id }) => ({ id, reason: "forbidden" })));
    },
  };
}

/** What a reader of the file gets: each id once. */
export async function readFileSink(path: string): Promise<AuditEntry[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line.endsWith("}"));
  const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

import type { Entry } from "@google-cloud/logging";
import { type AuditEntry, entryOf } from "@openrouter-audit/core";

// Far more than any line has. Whoever may write to the log could say billions, which would take minutes to put together.
const mostParts = 10_000;

/**
 * The exact lines of what `getEntries` gave, in the order of the journal (by log and `seq`), each once, with those put
 * together that are in several parts. Entries of others, and lines of which a part is not among them, are left out: a
 * verification misses them.
 *
 * @param entries as written without a `format`, or with `lineOf` for one
 */
export function linesOf(entries: readonly Pick<Entry, "data" | "metadata">[]): string[] {
  const texts = new Map<string, string[]>();
  for (const { data, metadata } of entries) {
    const text: unknown = typeof data === "string" ? data : data?.line;
    const { insertId, split, timestamp } = metadata;
    const index = split?.index ?? 0;
    if (typeof text !== "string" || !(index >= 0 && index < mostParts)) continue;
    const key = JSON.stringify([split?.uid || insertId, timestamp]);
    const parts = texts.get(key) ?? [];
    parts[index] = text;
    texts.set(key, parts);
  }
  const lines = new Set([...texts.values()].map((parts) => parts.join("")));
  const found = [...lines].flatMap((line) => placed(line) ?? []);
  found.sort((a, b) => (a.log === b.log ? a.seq - b.seq : a.log < b.log ? -1 : 1));
  return found.map(({ line }) => line);
}

function placed(line: string): { readonly log: string; readonly seq: number; readonly line: string } | null {
  const entry: AuditEntry | null = entryOf(Buffer.from(line));
  return entry && { log: entry.log, seq: entry.seq, line };
}

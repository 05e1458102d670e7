import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type AuditEntry, isArchive, journalFiles } from "@openrouter-audit/core";

/** What stands in a journal, read without the product's own reader: a line is JSON with an id, or it is none. */
export interface JournalFacts {
  /** Every entry, once for each line. */
  readonly lines: readonly AuditEntry[];
  /** `call_started`, by the call's name in `metadata.call`. */
  readonly starts: ReadonlyMap<string, readonly AuditEntry[]>;
  /** What ended a call, by the call's name. */
  readonly ends: ReadonlyMap<string, readonly AuditEntry[]>;
  /** The sum of what the gaps count. */
  readonly lost: number;
  /** Lines that are no entry: fragments. */
  readonly fragments: number;
}

export function journalFacts(directory: string): JournalFacts {
  const lines: AuditEntry[] = [];
  let fragments = 0;
  for (const file of journalFiles(directory)) {
    const bytes = readFileSync(join(directory, file));
    const text = (isArchive(file) ? gunzipSync(bytes) : bytes).toString();
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const entry = parsed(line);
      if (entry) lines.push(entry);
      else fragments += 1;
    }
  }
  return factsOf(lines, fragments);
}

/** The facts of entries that were kept somewhere else. */
export function factsOf(lines: readonly AuditEntry[], fragments = 0): JournalFacts {
  const starts = new Map<string, AuditEntry[]>();
  const ends = new Map<string, AuditEntry[]>();
  for (const entry of lines) {
    const call = entry.metadata.call;
    if (typeof call !== "string") continue;
    const of = entry.event_type === "call_started" ? starts : ends;
    of.set(call, [...(of.get(call) ?? []), entry]);
  }
  const gaps = lines.filter(({ event_type }) => event_type === "audit.gap");
  const lost = gaps.reduce((sum, { detail }) => sum + Number(detail?.count), 0);
  return { lines, starts, ends, lost, fragments };
}

function parsed(line: string): AuditEntry | null {
  try {
    const entry = JSON.parse(line) as AuditEntry;
    return typeof entry.id === "string" ? entry : null;
  } catch {
    return null;
  }
}

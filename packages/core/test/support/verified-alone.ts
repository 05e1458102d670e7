import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEntry, lineOf, verifyJournal } from "../../src/index.ts";

/**
 * What verification says of entries that a sink has, written down as the journal that it never was; besides the gaps that the
 * log itself tells of.
 */
export async function verifiedAlone(entries: readonly AuditEntry[], key: string) {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  try {
    const day = entries[0]!.recorded_at.slice(0, 10);
    writeFileSync(
      join(directory, `audit_${day}.jsonl`),
      entries.map((entry) => `${lineOf(entry)}\n`).join(""),
    );
    const { problems, logs, entries: count } = await verifyJournal(directory, { key });
    expect({ logs: logs.length, count }).toEqual({ logs: 1, count: entries.length });
    return { state: logs[0]!.state, wrong: problems.filter(({ verdict }) => verdict !== "GAP") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** How many entries the log says that it lacks. */
export function gapsIn(entries: readonly AuditEntry[]): number {
  return entries
    .filter(({ event_type }) => event_type === "audit.gap")
    .reduce((sum, { detail }) => sum + (detail!.count as number), 0);
}

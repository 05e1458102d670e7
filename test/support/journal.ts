import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEntry, readJournal, verifyJournal } from "@openrouter-audit/core";

export const secret = "a secret of at least thirty-two bytes";

/** A journal directory for one test, removed after the last of its file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  directories.push(directory);
  return directory;
}

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The entries of a journal that its owner did not write about itself. */
export async function entriesOf(directory: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readJournal(directory)) entries.push(entry);
  return entries;
}

export async function verdictOf(directory: string): Promise<string> {
  return (await verifyJournal(directory)).result;
}

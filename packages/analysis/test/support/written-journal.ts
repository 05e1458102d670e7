import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** An entry as somebody may have written it: any member may be anything. */
export type WrittenEntry = { readonly id: string; readonly [member: string]: unknown };

/** What an entry has when nothing else is said of it. */
export const plainEntry = {
  schema_version: 1,
  log: "shop/web-1/01a20b67-b365-717f-828f-56dee38055e5",
  seq: 0,
  timestamp: "2026-11-02T09:30:00.000Z",
  recorded_at: "2026-11-02T09:30:00.123Z",
  event_type: "chat_completion",
  user_id: "ada",
  attribution: { how: "authenticated", source: "req.user.id" },
  status: "success",
  metadata: {},
};

/** A directory that is removed after the test. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-analysis-"));
  made.push(directory);
  return directory;
}

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Writes files of a journal, those that end in .gz compressed. */
export function writeJournal(
  files: Readonly<Record<string, readonly string[]>>,
  directory = newDirectory(),
): string {
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => `${line}\n`).join("");
    writeFileSync(join(directory, name), name.endsWith(".gz") ? gzipSync(text) : text);
  }
  return directory;
}

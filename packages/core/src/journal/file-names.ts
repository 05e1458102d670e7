import { readdirSync } from "node:fs";

const journalName = /^audit_(\d{4}-\d{2}-\d{2})(?:_([A-Za-z0-9-]{1,100}))?\.jsonl(?:\.gz)?$/;

/** Whether processes write to one file, or each to its own. See docs/seal.md, "Files". */
export type JournalFiles = "shared" | "per_process";

/** The file of a UTC day (`YYYY-MM-DD`), or of one writer on that day. */
export function fileNameOf(day: string, writer: string | null = null): string {
  return writer === null ? `audit_${day}.jsonl` : `audit_${day}_${writer}.jsonl`;
}

/** The UTC day of a journal file name, or null for other files. */
export function dayOfFile(name: string): string | null {
  return journalName.exec(name)?.[1] ?? null;
}

/** Whose file it is; null for one that all write to. */
export function writerOfFile(name: string): string | null {
  return journalName.exec(name)?.[2] ?? null;
}

/** Whether a name says that the file is compressed (gzip, RFC 1952). */
export function isArchive(name: string): boolean {
  return name.endsWith(".gz");
}

/**
 * The names of the journal files of a directory, compressed ones too: by day, the oldest first, then by name. What is no regular
 * file is none of them: a pipe would never end, and a link shows what stands elsewhere.
 */
export function journalFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((each) => dayOfFile(each.name) !== null && each.isFile())
    .map(({ name }) => name)
    .sort();
}

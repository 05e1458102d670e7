import { readdirSync } from "node:fs";

const journalName = /^audit_(\d{4}-\d{2}-\d{2})\.jsonl(?:\.gz)?$/;

/** The file of a UTC day (`YYYY-MM-DD`). */
export function fileNameOf(day: string): string {
  return `audit_${day}.jsonl`;
}

/** The UTC day of a journal file name, or null for other files. */
export function dayOfFile(name: string): string | null {
  return journalName.exec(name)?.[1] ?? null;
}

/** Whether a name says that the file is compressed (gzip, RFC 1952). */
export function isArchive(name: string): boolean {
  return name.endsWith(".gz");
}

/**
 * The names of the journal files of a directory, compressed ones too, oldest first. What is no regular file is none of
 * them: a pipe would never end, and a link shows what stands elsewhere.
 */
export function journalFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((each) => dayOfFile(each.name) !== null && each.isFile())
    .map(({ name }) => name)
    .sort();
}

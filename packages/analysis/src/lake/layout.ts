import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError, dayOfFile } from "@openrouter-audit/core";

// docs/lake.md, "Layout".

/** A Parquet file of a lake. */
export interface LakeFile {
  /** Below the lake, with `/`: `day=2026-11-24/audit_2026-11-24.parquet`. */
  readonly name: string;
  readonly path: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly size: number;
}

/** Where drafts are written, and the lock is. Readers of lakes leave out what begins so. */
export const stagingName = "_writing";

const folderName = /^day=(\d{4}-\d{2}-\d{2})$/;

/** The name, in a lake, of what a journal file becomes; `besides` of an archive whose file is there as well, with other lines. */
export function lakeNameOf(journalFile: string, besides = false): string {
  const stem = journalFile.replace(/\.jsonl(?:\.gz)?$/, "");
  return `day=${dayOfFile(journalFile)}/${stem}${besides ? ".gz" : ""}.parquet`;
}

/** Whether a place is a lake: a directory with folders `day=YYYY-MM-DD` of Parquet files. */
export function isLake(place: string): boolean {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return readdirSync(place, { withFileTypes: true }).some(isDayFolder);
}

/** The Parquet files, in the order of the files of a journal. @throws AuditError `JOURNAL_UNREADABLE` */
export function lakeFiles(directory: string): LakeFile[] {
  try {
    const folders = readdirSync(directory, { withFileTypes: true }).filter(isDayFolder);
    return folders
      .map(({ name }) => name)
      .sort()
      .flatMap((folder) => filesIn(directory, folder));
  } catch (cause) {
    const message = `Cannot read ${directory}: ${(cause as Error).message}.`;
    throw new AuditError("JOURNAL_UNREADABLE", message, { cause });
  }
}

/** What is in a directory that a lake has no place for. */
export function foreignIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((each) => !isDayFolder(each) && !/^[._]/.test(each.name))
    .map(({ name }) => name);
}

function filesIn(directory: string, folder: string): LakeFile[] {
  const day = folderName.exec(folder)![1]!;
  return (
    readdirSync(join(directory, folder), { withFileTypes: true })
      .filter((each) => each.isFile() && each.name.endsWith(".parquet") && !/^[._]/.test(each.name))
      .map(({ name }) => name)
      // As the journal has them: `audit_D.jsonl`, `audit_D.jsonl.gz`, `audit_D_writer.jsonl`.
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
      .map((name) => {
        const path = join(directory, folder, name);
        return { name: `${folder}/${name}`, path, day, size: statSync(path).size };
      })
  );
}

function placeOf(name: string): string {
  return name.replace(/(\.gz)?\.parquet$/, ".jsonl$1");
}

function isDayFolder(each: { readonly name: string; isDirectory(): boolean }): boolean {
  return each.isDirectory() && folderName.test(each.name);
}

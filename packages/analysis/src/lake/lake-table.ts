import { AuditError } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";

/** Whether a place is a lake: a directory with folders `day=YYYY-MM-DD` of Parquet files. */
export function isLake(_place: string): boolean {
  return false;
}

/** The Parquet files of a lake. @throws AuditError `JOURNAL_UNREADABLE` */
export async function openLake(directory: string): Promise<EntryTable> {
  throw new AuditError("INVALID_OPTIONS", `Not built yet: ${directory.length}.`);
}

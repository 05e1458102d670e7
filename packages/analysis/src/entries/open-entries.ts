import { openJournal } from "../journal/journal-table.ts";
import { openLake } from "../lake/lake-table.ts";
import { isLake } from "../lake/layout.ts";
import { isPostgres, openPostgres } from "../postgres/postgres-table.ts";
import type { EntryTable } from "./entry-table.ts";

export interface OpenEntriesOptions {
  /** Of a table in Postgres. @default "openrouter_audit" */
  readonly schema?: string | undefined;
}

/**
 * Opens the entries of a place: a journal directory with its archives (`./audit_logs`), a lake (`./lake`) or a table in Postgres
 * (`postgres://user@host/database`).
 *
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`
 */
export async function openEntries(place: string, { schema }: OpenEntriesOptions = {}): Promise<EntryTable> {
  if (isPostgres(place)) return openPostgres(place, schema);
  return isLake(place) ? openLake(place) : openJournal(place);
}

/**
 * The entries that a question is about: an opened table, which stays open, or those of a place, opened for this question.
 *
 * @throws AuditError as {@link openEntries}
 */
export async function entriesOf(
  source: EntryTable | string,
): Promise<{ readonly table: EntryTable; readonly close: () => Promise<void> }> {
  if (typeof source !== "string") return { table: source, close: async () => undefined };
  const table = await openEntries(source);
  return { table, close: () => table.close() };
}

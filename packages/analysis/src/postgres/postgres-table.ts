import { AuditError } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";

/** Whether a place is a database: `postgres://…`, `postgresql://…`. */
export function isPostgres(place: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(place);
}

/** The table that `postgresSink` fills. @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS` */
export async function openPostgres(place: string, _schema: string | undefined): Promise<EntryTable> {
  throw new AuditError("INVALID_OPTIONS", `Not built yet: ${place.length}.`);
}

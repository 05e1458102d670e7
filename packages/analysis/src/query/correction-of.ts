import { type AuditEntry, correctionId, entryOf, isSystemEvent } from "@openrouter-audit/core";
import { dayOf } from "../entries/days.ts";
import type { EntryTable, SqlValue } from "../entries/entry-table.ts";
import { SqlValues } from "../filter/sql-values.ts";
import type { LineRow } from "./asking.ts";

/** OpenRouter sums up the last 30 days: later hardly anybody compares. */
const daysAfter = 31;
const dayMs = 86_400_000;

/**
 * What was written beside an entry because OpenRouter knew its cost or tokens better (`audit.corrected`), within a month after it was
 * recorded; null when there is none. docs/reconcile.md, "Corrections"
 *
 * @throws AuditError `JOURNAL_UNREADABLE`; the signal's reason
 */
export async function correctionOf(
  table: EntryTable,
  entry: AuditEntry,
  signal?: AbortSignal,
): Promise<AuditEntry | null> {
  const recorded = Date.parse(entry.recorded_at);
  if (isSystemEvent(entry.event_type) || typeof entry.generation_id !== "string" || Number.isNaN(recorded))
    return null;
  const id = idOfCorrection(entry.id);
  if (id === null) return null;
  const [from, to] = [dayOf(new Date(recorded)), dayOf(new Date(recorded + daysAfter * dayMs))];
  const days = (await table.days(signal)).filter((day) => day >= from && day <= to);
  if (days.length === 0) return null;
  const values = new SqlValues();
  const text = `select line, cast(day as varchar) as day from ${table.relation(days)} as entries
where id = ${values.text(id)} and event_type = 'audit.corrected' order by recorded_at`;
  for await (const { line } of table.ask<LineRow>({ text, values: values.list as SqlValue[] }, signal)) {
    const found = line === null ? null : entryOf(Buffer.from(line));
    if (found?.detail?.entry === entry.id) return found;
  }
  return null;
}

/** Nobody has verified the entry: its id may be anything. */
function idOfCorrection(entry: string): string | null {
  try {
    return correctionId(entry);
  } catch {
    return null;
  }
}

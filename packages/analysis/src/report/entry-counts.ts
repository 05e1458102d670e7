import { isCall } from "../entries/is-call.ts";
import { countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import type { EntryCounts } from "./report.ts";

/** The entries of the period by what they are: docs/reports.md, "Entries". */
export async function entryCounts(asked: CountedEntries): Promise<EntryCounts> {
  const isSystem = `(event_type like 'audit.%' or event_type = 'call_started')`;
  const [row] = await asked.ask<EntryCounts & Record<string, number>>({
    text: `select ${countWhere(isCall)} as calls, ${countWhere("event_type = 'management'")} as management,
        ${countWhere("event_type = 'catalogue'")} as catalogue, ${countWhere("event_type = 'call_refused'")} as refused,
        ${countWhere(`event_type like '%.%' and not ${isSystem}`)} as application, ${countWhere(isSystem)} as system
      from ${asked.period} as entries`,
  });
  return row!;
}

import { isCall } from "../entries/is-call.ts";
import type { CountedEntries } from "./counted.ts";
import type { EntryCounts } from "./report.ts";

/** The entries of the period by what they are: docs/reports.md, "Entries". */
export async function entryCounts(asked: CountedEntries): Promise<EntryCounts> {
  const isSystem = `(event_type like 'audit.%' or event_type = 'call_started')`;
  const count = (condition: string) => `cast(count(*) filter (where ${condition}) as double precision)`;
  const [row] = await asked.ask<EntryCounts & Record<string, number>>({
    text: `select ${count(isCall)} as calls, ${count("event_type = 'management'")} as management,
        ${count("event_type = 'catalogue'")} as catalogue, ${count("event_type = 'call_refused'")} as refused,
        ${count(`event_type like '%.%' and not ${isSystem}`)} as application, ${count(isSystem)} as system
      from ${asked.period} as entries`,
  });
  return row!;
}

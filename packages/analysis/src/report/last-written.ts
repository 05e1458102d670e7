import { daysSince } from "../entries/days.ts";
import type { EntryTable } from "../entries/entry-table.ts";
import type { LastWritten } from "./orphans.ts";
import { secondsOf } from "./times.ts";

/** Looks into the newest days of a place when each of some logs was last written to: most often the file of today. */
export function lastWrittenIn(table: EntryTable, signal: AbortSignal | undefined) {
  return async (logs: readonly string[], since: Date): Promise<LastWritten[]> => {
    // A log may promise a heartbeat so seldom that no Date has the time of it.
    const days = daysSince(await table.days(signal), Number.isNaN(since.getTime()) ? null : since);
    if (days.length === 0) return [];
    const rows = table.ask<LastWritten>(
      {
        text: `select log, max(${secondsOf("recorded_at")}) as at from ${table.relation(days)} as entries
          where log in (${logs.map((_, index) => `$${index + 1}`).join(", ")}) group by log`,
        values: logs,
      },
      signal,
    );
    const found: LastWritten[] = [];
    for await (const row of rows) found.push(row);
    return found;
  };
}

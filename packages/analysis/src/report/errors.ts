import { countAll } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { mostListed } from "./most-listed.ts";
import type { ErrorGroup } from "./report.ts";
import { secondsOf, timeOf } from "./times.ts";

/** Calls that did not succeed, by what ended them: docs/reports.md, "Errors". */
export async function errorGroups(asked: CountedEntries): Promise<ErrorGroup[]> {
  const rows = await asked.ask<{
    state: string;
    error_type: string | null;
    error_code: string | null;
    calls: number;
    every_call: number;
    last_seen: number;
  }>({
    text: `select state, error_type, error_code, ${countAll} as calls,
        ${secondsOf('max("timestamp")')} as last_seen,
        (select ${countAll} from ${asked.calls} as calls) as every_call
      from ${asked.calls} as calls where state <> 'success' group by state, error_type, error_code
      order by count(*) desc, state collate "C", error_type collate "C" nulls last, error_code collate "C" nulls last
      limit ${mostListed}`,
  });
  return rows.map(({ state, error_type, error_code, calls, every_call, last_seen }) => ({
    status: state,
    error_type,
    error_code,
    calls,
    share: calls / every_call,
    last_seen: timeOf(last_seen),
  }));
}

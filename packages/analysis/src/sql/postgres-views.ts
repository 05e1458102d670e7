import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { firstPolls } from "../report/calls.ts";
import { callsView } from "./calls-view.ts";
import { type AskedPeriod, isInPeriod } from "./period-sql.ts";

/**
 * `lines` and `entries` as common tables, which the planner takes apart. Whether an entry stands there once more is looked up where
 * a statement asks for few, by an index; where it asks for all, by a hash of all ids.
 */
export function postgresViews(relation: string, period: AskedPeriod): string {
  const place = (row: string) => `${row}.recorded_at, ${row}.log collate "C", ${row}.seq`;
  return `lines as not materialized (select * from ${relation} as l where ${isInPeriod(period)}),
entries as not materialized (
  select * from lines as e
  where not exists (select 1 from ${relation} as o where o.id = e.id and (${place("o")}) < (${place("e")}))
  and not (${isPresumedEnd("e")} and exists (select 1 from ${relation} as o
    where o.exchange_id = e.exchange_id and ${isRealEnd("o")}))
)`;
}

/** `calls`, behind those. Which polls tell the cost of their job is found out only when a cost is asked for. */
export const postgresCalls = `"first polls" as materialized (${firstPolls("entries")}),
calls as not materialized (${callsView("entries", '"first polls"')})`;

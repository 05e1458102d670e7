import type { Snapshot } from "../entries/entry-table.ts";
import { firstPolls, isPoll } from "../report/calls.ts";
import { type AskedPeriod, isInPeriod } from "./period-sql.ts";

const needed = ["id", "log", "seq", "timestamp", "recorded_at", "event_type", "generation_id", "cost_usd"];

/** Columns of a snapshot that {@link toldJobs} asks: null but for polls, so that they take no room. */
export const pollColumns: Readonly<Record<string, string>> = Object.fromEntries(
  needed.map((column) => [`poll_${column}`, `case when ${isPoll} then "${column}" end`]),
);

/** The ids of the polls that tell the cost of their job, each as the digits of its UTF-8: it may be any text. */
export async function toldJobs(snapshot: Snapshot, period: AskedPeriod): Promise<readonly string[]> {
  const columns = needed.map((column) => `"poll_${column}" as "${column}"`).join(", ");
  const polls = `(select * from (select ${columns} from ${snapshot.relation} as entries where poll_id is not null) as entries
    where ${isInPeriod(period)})`;
  const told = await snapshot.ask<{ id: string }>({
    text: `select hex(id) as id from (${firstPolls(polls)}) as first`,
  });
  return told.map(({ id }) => id);
}

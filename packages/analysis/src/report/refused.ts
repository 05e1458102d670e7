import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { mostListed } from "./most-listed.ts";
import type { Refusals } from "./report.ts";

/** What was not sent, and what a model would not answer: docs/reports.md, "Refused". */
export async function refusals(asked: CountedEntries): Promise<Refusals> {
  const [answers] = await asked.ask<{ refused: number }>({
    text: `select ${countWhere("refused")} as refused from ${asked.calls} as calls`,
  });
  const rows = await asked.ask<{ error_type: string | null; calls: number }>({
    text: `select error_type, ${countAll} as calls from ${asked.period} as entries
      where event_type = 'call_refused' group by error_type
      order by count(*) desc, error_type collate "C" nulls last limit ${mostListed}`,
  });
  return { by_application: rows, by_model: answers!.refused };
}

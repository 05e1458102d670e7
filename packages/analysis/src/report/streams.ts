import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import type { StreamFacts } from "./report.ts";

/** How the streams of the period ended: docs/reports.md, "Streams". */
export async function streamFacts(asked: CountedEntries): Promise<StreamFacts> {
  const isAborted = `state = 'aborted'`;
  const isCut = `state <> 'aborted' and response_complete = false`;
  const [row] = await asked.ask<StreamFacts & Record<string, number>>({
    text: `select ${countAll} as calls, ${countWhere(isAborted)} as aborted, ${countWhere(isCut)} as cut,
        ${countWhere(`(${isAborted} or ${isCut}) and not tells_cost`)} as without_cost
      from ${asked.calls} as calls where stream`,
  });
  return row!;
}

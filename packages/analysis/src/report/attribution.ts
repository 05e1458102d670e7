import { countAll, countWhere } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import type { Attributions } from "./report.ts";

const known = ["authenticated", "anonymous", "no_context", "unresolved"] as const;

/** Of whom the calls of the period are: docs/reports.md, "Attribution". */
export async function attributions(asked: CountedEntries): Promise<Attributions> {
  const counts = known.map((how) => `${countWhere(`attribution_how = '${how}'`)} as ${how}`);
  const [row] = await asked.ask<Attributions & Record<string, number>>({
    text: `select ${counts.join(", ")}, ${countAll} as every_call from ${asked.calls} as calls`,
  });
  const { authenticated, anonymous, no_context, unresolved, every_call } = row!;
  const other = every_call! - authenticated - anonymous - no_context - unresolved;
  return { authenticated, anonymous, no_context, unresolved, other };
}

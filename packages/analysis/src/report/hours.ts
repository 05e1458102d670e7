import { countAll, countWhere, wholeSum } from "./count-sql.ts";
import type { CountedEntries } from "./counted.ts";
import { dollars } from "./measured.ts";
import type { HourBreakdown } from "./measures.ts";
import { secondsOf, timeOf } from "./times.ts";

/** A hundred days. */
const mostHours = 2_400;

/** The last hours with calls, the earliest first: docs/reports.md, "Hours". */
export async function hoursOfCalls(asked: CountedEntries): Promise<HourBreakdown> {
  const hour = `date_trunc('hour', "timestamp")`;
  const rows = await asked.ask<{
    at: number;
    calls: number;
    success: number;
    error: number;
    tokens: string;
    pico: string;
  }>({
    text: `select ${secondsOf(hour)} as at, ${countAll} as calls, ${countWhere("state = 'success'")} as success,
        ${countWhere("state = 'error'")} as error, ${wholeSum("all_tokens")} as tokens, ${wholeSum("cost_pico")} as pico
      from ${asked.pricedCalls} as calls group by ${hour} order by ${hour} desc limit ${mostHours}`,
  });
  return rows.reverse().map(({ at, calls, success, error, tokens, pico }) => ({
    at: timeOf(at),
    calls,
    success,
    error,
    total_tokens: Number(tokens),
    cost_usd: dollars(BigInt(pico)),
  }));
}

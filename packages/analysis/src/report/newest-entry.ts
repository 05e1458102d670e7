import type { CountedEntries } from "./counted.ts";
import { secondsOf, timeOf } from "./times.ts";

/** When the last entry of the period was, whatever it is of: a process that writes nothing else writes heartbeats. */
export async function newestEntry(asked: CountedEntries): Promise<string | null> {
  const [row] = await asked.ask<{ at: number | null }>({
    text: `select ${secondsOf('max("timestamp")')} as at from ${asked.period} as entries`,
  });
  return timeOf(row!.at);
}

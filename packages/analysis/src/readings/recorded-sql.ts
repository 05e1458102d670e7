import { type Reading, type ReadingLog, recordedRows } from "@openrouter-audit/core";
import type { SqlAnswer } from "../sql/answer.ts";

/** An answer in rows that are yet to come, recorded: it is over when they are, or when it is closed. */
export async function recordedSql(
  readings: ReadingLog | null | undefined,
  reading: Reading,
  ask: () => Promise<SqlAnswer>,
  signal: AbortSignal | undefined,
): Promise<SqlAnswer> {
  const act = await readings?.recordAct({ act: "read", ...reading });
  if (!act) return ask();
  const answer = await ask().catch(async (error: unknown) => {
    await act.ended(signal?.aborted ? { outcome: "stopped" } : { outcome: "failed", error });
    throw error;
  });
  let rows = 0;
  const count = () => {
    rows += 1;
    return 1;
  };
  return {
    ...answer,
    // What is recorded already is not recorded again.
    rows: recordedRows({ recordAct: async () => act }, reading, () => answer.rows, { signal, count }),
    close: async () => {
      await answer.close();
      await act.ended({ outcome: "stopped", rows });
    },
  };
}

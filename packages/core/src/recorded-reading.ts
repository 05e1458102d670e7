import type { ActEnd, ActUnderWay, AuditAct } from "./entry/act-entry.ts";

/** Where readings are recorded: an `AuditLog`, or what passes them on to one. */
export interface ReadingLog {
  recordAct(act: AuditAct): Promise<ActUnderWay>;
}

/** A reading, in the words of {@link AuditAct}. */
export type Reading = Omit<AuditAct, "act">;

export interface RecordedRowsOptions<Row> {
  /** When it aborts, the reading was stopped, and did not fail. */
  readonly signal?: AbortSignal | undefined;
  /** How many a row counts for. @default one */
  readonly count?: (row: Row) => number;
}

/**
 * Rows as they come, of which a log says who read them: the entry of the reading is on the disk before anything is read, and at
 * the end another one has how many were taken, and whether those were all.
 *
 * @param readings null or undefined: nothing is recorded
 * @throws AuditError what `AuditLog.recordAct` throws: then nothing was read
 */
export async function* recordedRows<Row>(
  readings: ReadingLog | null | undefined,
  reading: Reading,
  read: () => AsyncIterable<Row> | Iterable<Row>,
  { signal, count = () => 1 }: RecordedRowsOptions<Row> = {},
): AsyncGenerator<Row, void, void> {
  const act = await readings?.recordAct({ act: "read", ...reading });
  let rows = 0;
  // What nobody takes any more is left here, without a word.
  let end: Omit<ActEnd, "rows"> = { outcome: "stopped" };
  try {
    for await (const row of read()) {
      rows += count(row);
      yield row;
    }
    end = { outcome: signal?.aborted ? "stopped" : "complete" };
  } catch (error) {
    if (!signal?.aborted) end = { outcome: "failed", error };
    throw error;
  } finally {
    await act?.ended({ ...end, rows });
  }
}

/**
 * An answer that is given as a whole, of which a log says who asked. As {@link recordedRows}.
 *
 * @param rowsOf how many rows, or entries, the answer hands out. @default nobody counts
 * @param foundOf what came of it, to be written down: {@link ActEnd}. @default nothing is said
 */
export async function recordedAnswer<Answer>(
  readings: ReadingLog | null | undefined,
  reading: Reading,
  read: () => Promise<Answer>,
  {
    signal,
    rowsOf,
    foundOf,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly rowsOf?: (answer: Answer) => number;
    readonly foundOf?: (answer: Answer) => NonNullable<ActEnd["found"]>;
  } = {},
): Promise<Answer> {
  const act = await readings?.recordAct({ act: "read", ...reading });
  let end: ActEnd = { outcome: "stopped" };
  try {
    const answer = await read();
    end = {
      outcome: "complete",
      ...(rowsOf && { rows: rowsOf(answer) }),
      ...(foundOf && { found: foundOf(answer) }),
    };
    return answer;
  } catch (error) {
    if (!signal?.aborted) end = { outcome: "failed", error };
    throw error;
  } finally {
    await act?.ended(end);
  }
}

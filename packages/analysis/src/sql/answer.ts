/** What a column of an answer holds. `json` comes as its text, and so does what has no name here (`other`: lists, intervals, …). */
export type SqlType = "text" | "integer" | "number" | "boolean" | "time" | "date" | "json" | "other";

export interface SqlColumn {
  readonly name: string;
  readonly type: SqlType;
}

/**
 * Whole numbers are numbers while they are exact (below 2^53), else their digits as text; fractions are the nearest number, and text
 * when they are none (NaN, Infinity); times RFC 3339 in UTC with milliseconds; dates YYYY-MM-DD.
 */
export type SqlCell = string | number | boolean | null;

/** What a statement answers. To be closed, unless all rows were taken. */
export interface SqlAnswer {
  readonly columns: readonly SqlColumn[];
  /** As they come, no faster than they are taken. @throws AuditError; the signal's reason */
  readonly rows: AsyncIterable<readonly SqlCell[]>;
  /** Lines that are no entries, among those that `entries` and `calls` were made of; null when the statement asks neither. */
  readonly unreadable: number | null;
  close(): Promise<void>;
}

/** Rows with what is to be let go of when they are over, or nobody wants them. */
export function answerOf(
  columns: readonly SqlColumn[],
  rows: AsyncIterable<readonly SqlCell[]>,
  release: () => Promise<void>,
  unreadable: number | null = null,
): SqlAnswer {
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= release());
  async function* released() {
    try {
      yield* rows;
    } finally {
      await close();
    }
  }
  return { columns, rows: released(), unreadable, close };
}

/** A number, from its digits. */
export function numberOf(digits: string): number | string {
  const number = Number(digits);
  const isWhole = /^-?\d+$/.test(digits);
  return Number.isFinite(number) && (!isWhole || Number.isSafeInteger(number)) ? number : digits;
}

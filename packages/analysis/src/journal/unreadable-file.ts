import { wordsOf } from "../duckdb/sql-text.ts";
import { type JournalFile, unreadable } from "./journal-files.ts";

/** What DuckDB says of a file that it cannot read names the file, as it stands in SQL. */
export function named(files: readonly JournalFile[], error: unknown): unknown {
  const words = wordsOf(error);
  const file = files.find(
    ({ path, name }) =>
      words.includes(path) || words.includes(path.replace(/[[*?]/g, "[$&]")) || words.includes(`/${name}"`),
  );
  return file ? unreadable(file.path, new Error(reasonIn(words), { cause: error })) : error;
}

/** @throws AuditError `JOURNAL_UNREADABLE` where an error names one of the files; else the error */
export async function naming<Result>(files: readonly JournalFile[], work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw named(files, error);
  }
}

/** The same of rows. */
export async function* namingEach<Row>(
  files: readonly JournalFile[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<Row> {
  try {
    yield* rows;
  } catch (error) {
    throw named(files, error);
  }
}

function reasonIn(words: string): string {
  if (words.includes("maximum_object_size")) return "a line of it is longer than 32 MiB";
  if (words.includes("No files found")) return "it is not there any more";
  if (words.includes("GZIP")) return "it is no gzip archive";
  return words;
}

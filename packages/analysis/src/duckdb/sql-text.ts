/** A text as it stands in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Paths of files as a list in SQL, each meant as it is: what DuckDB takes for a pattern in a path (`*`, `?`, `[`) stands in
 * brackets, where it is itself.
 */
export function fileList(paths: readonly string[]): string {
  return `[${paths.map((path) => quoted(path.replace(/[[*?]/g, "[$&]"))).join(", ")}]`;
}

/** What DuckDB says. Its errors are made outside of what a test runner takes for the world: they are no `Error` there. */
export function wordsOf(error: unknown): string {
  return String((error as Partial<Error> | null)?.message ?? error);
}

/** SQL: 16 bytes in the place of a text, the same for the same text: itself where it is a UUID, else its digest. */
export function shortened(column: string): string {
  return `coalesce(try_cast("${column}" as uuid), cast(md5("${column}") as uuid))`;
}

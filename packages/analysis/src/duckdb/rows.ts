import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { SqlRow, Statement } from "../entries/entry-table.ts";
import { interrupted } from "./interrupted.ts";
import { cellOf } from "./values.ts";

/**
 * Rows as they come, no faster than they are taken: DuckDB stops reading while its small buffer is full. Who stops taking them, or
 * aborts, stops the statement.
 *
 * @throws the signal's reason; DuckDB's error
 */
export async function* rowsOf<Row extends SqlRow>(
  connection: DuckDBConnection,
  { text, values = [] }: Statement,
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  let isOpen = true;
  try {
    const result = await interrupted(connection, signal, () =>
      connection.stream(text, values as DuckDBValue[]),
    );
    const names = result.deduplicatedColumnNames();
    const cells = result.columnTypes().map(cellOf);
    for (;;) {
      const chunk = await interrupted(connection, signal, () => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) break;
      for (const row of chunk.getRows()) {
        signal?.throwIfAborted();
        yield Object.fromEntries(names.map((name, index) => [name, cells[index]!(row[index]!)])) as Row;
      }
    }
    isOpen = false;
  } finally {
    if (isOpen) await leave(connection);
  }
}

/** What a statement holds would stay in memory until its result is garbage, but for another statement. */
async function leave(connection: DuckDBConnection): Promise<void> {
  connection.interrupt();
  await connection.run("select 1").catch(() => undefined);
}

/** Does something that gives no rows. @throws the signal's reason; DuckDB's error */
export async function run(
  connection: DuckDBConnection,
  { text, values = [] }: Statement,
  signal?: AbortSignal,
): Promise<void> {
  await interrupted(connection, signal, () => connection.run(text, values as DuckDBValue[]));
}

import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { SqlRow, Statement } from "../entries/entry-table.ts";

/** The embedded engine, with nothing in it. */
export async function startEngine(): Promise<DuckDBInstance> {
  return DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB" });
}

/** Rows as they come. */
export async function* rowsOf<Row extends SqlRow>(
  connection: DuckDBConnection,
  { text, values = [] }: Statement,
): AsyncGenerator<Row> {
  const result = await connection.stream(text, values as DuckDBValue[]);
  for await (const rows of result.yieldRowObjectJson()) yield* rows as Row[];
}

/** A text as it stands in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

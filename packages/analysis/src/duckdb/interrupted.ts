import type { DuckDBConnection } from "@duckdb/node-api";
import { exhausted } from "./exhausted.ts";

const againMs = 10;

/**
 * Does some work of a connection, and interrupts it when the signal aborts: again and again, for a statement that is about to
 * begin forgets that it was interrupted.
 *
 * @throws the signal's reason; AuditError `ENGINE_EXHAUSTED`; DuckDB's error
 */
export async function interrupted<Result>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  let again: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), againMs);
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await work();
  } catch (error) {
    throw exhausted(error) ?? error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    clearInterval(again);
    signal?.throwIfAborted();
  }
}

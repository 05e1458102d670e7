import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { openInstance } from "./open-instance.ts";
import { privateDirectory, sweepLeftDirectories } from "./private-directory.ts";

/** The embedded engine: a database in memory that keeps what does not fit into it in a directory of its own. */
export interface Engine {
  /** Private (0700), and gone when the engine is closed. */
  readonly directory: string;
  connect(): Promise<DuckDBConnection>;
  closeSync(): void;
}

/** Each thread that reads JSON takes 50 MB of what DuckDB counts, and as much that it does not: more threads than these do not fit into the limit. */
const mostThreads = 2;
/** With Node itself, and what DuckDB does not count, the process stays under 600 MB. */
const memoryLimit = "240MB";

/**
 * Starts the engine.
 *
 * @throws AuditError `ENGINE_MISSING`
 */
export async function startEngine(): Promise<Engine> {
  sweepLeftDirectories();
  const { directory, remove } = privateDirectory();
  // Who calls process.exit() closes nothing.
  process.once("exit", remove);
  const leave = () => {
    process.removeListener("exit", remove);
    remove();
  };
  try {
    const instance = await openInstance(directory, {
      threads: Math.min(availableParallelism(), mostThreads),
      memoryLimit,
    });
    const connection = await instance.connect();
    await connection.run("set global TimeZone = 'UTC'");
    // What is in memory is compressed when we ask for it, not whenever something was written.
    await connection.run("set global checkpoint_threshold = '1TB'");
    connection.closeSync();
    return {
      directory,
      connect: () => instance.connect(),
      closeSync: () => {
        instance.closeSync();
        leave();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

import { statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { memoryLimit } from "./exhausted.ts";
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
/** The disk may be the journal's too, and a statement ask for any amount. */
const shareOfFree = 1 / 2;

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
    const room = Math.floor(freeIn(directory) * shareOfFree);
    await connection.run(`set global max_temp_directory_size = '${room} bytes'`);
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

/** Bytes that this user may still write. */
function freeIn(directory: string): number {
  const { bavail, blocks, bsize } = statfsSync(directory);
  // What is no disk (and some drivers in user space) answers with zeros.
  return blocks === 0 ? Number.MAX_SAFE_INTEGER : bavail * bsize;
}

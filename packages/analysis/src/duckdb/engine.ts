import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { loadDuckdb } from "./load-duckdb.ts";
import { privateDirectory, sweepLeftDirectories } from "./private-directory.ts";

export { rowsOf } from "./rows.ts";
export { quoted } from "./sql-text.ts";

/** The embedded engine: a database in memory that keeps what does not fit into it in a directory of its own. */
export interface Engine {
  /** Private (0700), and gone when the engine is closed; after a process that was killed, when the next engine starts. */
  readonly directory: string;
  connect(): Promise<DuckDBConnection>;
  closeSync(): void;
}

/** Each thread that reads JSON takes 50 MB of what DuckDB counts, and as much that it does not: more threads than these do not fit into the limit. */
const mostThreads = 2;
/** With Node itself, and what DuckDB does not count, the process stays under 600 MB. */
const memoryLimit = "240MB";

/**
 * Starts the engine, with nothing in it. It reads no configuration of the user, loads no extension but those that are built in
 * (json, parquet, icu, core_functions), and asks nothing of the network.
 *
 * @throws AuditError `ENGINE_MISSING`
 */
export async function startEngine(): Promise<Engine> {
  const { DuckDBInstance } = await loadDuckdb();
  sweepLeftDirectories();
  const { directory, remove } = privateDirectory();
  // Who calls process.exit() closes nothing.
  process.once("exit", remove);
  const leave = () => {
    process.removeListener("exit", remove);
    remove();
  };
  try {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(Math.min(availableParallelism(), mostThreads)),
      memory_limit: memoryLimit,
      temp_directory: join(directory, "spilled"),
      // Neither looked for, nor downloaded, nor loaded from where the user has some.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      extension_directory: join(directory, "extensions"),
      allow_persistent_secrets: "false",
      secret_directory: join(directory, "secrets"),
      home_directory: directory,
    });
    const connection = await instance.connect();
    await connection.run("set global TimeZone = 'UTC'");
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

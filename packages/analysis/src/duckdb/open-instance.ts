import { join } from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";
import { loadDuckdb } from "./load-duckdb.ts";

/**
 * DuckDB with nothing in it. It reads no configuration of the user, loads no extension but those that are built in
 * (json, parquet, icu, core_functions), and asks nothing of the network.
 *
 * @param directory a private one, for what does not fit into memory
 * @throws AuditError `ENGINE_MISSING`
 */
export async function openInstance(
  directory: string,
  { threads, memoryLimit }: { readonly threads: number; readonly memoryLimit: string },
): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckdb();
  return DuckDBInstance.create(":memory:", {
    threads: String(threads),
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
}

import type { ClientBase } from "pg";
import { explained } from "../explain.ts";
import { checkSchema } from "./check-schema.ts";
import { type MigrationOptions, migrationBody, schemaVersion } from "./migration-sql.ts";
import { namesOf } from "./names.ts";

export interface Migration {
  /** The table, as `schema.table`. */
  readonly table: string;
  readonly version: number;
}

/**
 * Makes the table, or makes what is missing of it: its indexes, triggers, functions, roles and grants. All of it or nothing;
 * run again it changes nothing, and of two that run at once one waits for the other.
 *
 * @param client a connection of the role that is to own the table: it needs `create` on the database, and `createrole` unless
 * the roles are there
 * @throws AuditError `INVALID_OPTIONS`; `SINK_UNAVAILABLE` when a table of that name is not what is needed, saying in what
 */
export async function migrate(client: ClientBase, options: MigrationOptions = {}): Promise<Migration> {
  const names = namesOf(options);
  const body = migrationBody(options);
  try {
    await client.query("begin isolation level read committed read write");
    await checkSchema(client, names);
    await client.query(body);
    await client.query("commit");
  } catch (error) {
    // The error that made it fail is the one to know of.
    await client.query("rollback").catch(() => undefined);
    throw explained(error, names, "migrator");
  }
  return { table: names.shown, version: schemaVersion };
}

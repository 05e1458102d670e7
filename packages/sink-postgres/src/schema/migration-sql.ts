import { checkOptions } from "@openrouter-audit/core/sink";
import { appendOnlySql } from "./append-only-sql.ts";
import { appendSql } from "./append-sql.ts";
import { nameRule, namesOf, type TableOptions } from "./names.ts";
import { ownersSql } from "./owners-sql.ts";
import { rolesSql } from "./roles-sql.ts";
import { tableSql } from "./table-sql.ts";
import { valueSql } from "./value-sql.ts";

export interface MigrationOptions extends TableOptions {
  /** The role that may add lines, and nothing else. Made when it is missing. @default "openrouter_audit_writer" */
  readonly writer?: string | undefined;
  /** The role that may read. Made when it is missing. @default "openrouter_audit_reader" */
  readonly reader?: string | undefined;
}

/** What this version of the package makes of a table. */
export const schemaVersion = 1;

/**
 * The migration as a script for psql: what {@link migrate} does but its checks. May be run again, and by two at once.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function migrationSql(options: MigrationOptions = {}): string {
  return `-- openrouter-audit: the table ${namesOf(options).shown}, version ${schemaVersion}
begin isolation level read committed read write;
${migrationBody(options)}
commit;
`;
}

/** The same without its transaction. */
export function migrationBody(options: MigrationOptions): string {
  const { writer = "openrouter_audit_writer", reader = "openrouter_audit_reader" } = options;
  checkOptions("migrate", { writer, reader }, { writer: nameRule(), reader: nameRule() });
  const names = namesOf(options);
  return [
    // One at a time; 'openrouter-audit' in the first half, whatever the table: roles and the schema are shared.
    // What others put into a schema of the search path is not called.
    "\nset local lock_timeout = '30s';\nset local client_min_messages = warning;\nset local search_path = pg_catalog, pg_temp;\nselect pg_advisory_xact_lock(hashtext('openrouter-audit'), hashtext('migrate'));\n",
    tableSql(names, schemaVersion),
    valueSql(names),
    appendOnlySql(names),
    appendSql(names),
    rolesSql(names, { writer, reader }),
    ownersSql(names),
  ].join("");
}

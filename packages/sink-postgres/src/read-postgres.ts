import type { AuditSource } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { tableOf } from "./ask-postgres.ts";
import { type Connections, connectionRules } from "./options.ts";
import { type TableOptions, tableRules } from "./schema/names.ts";
import { readEntries } from "./source/read-entries.ts";
import { snapshotOf } from "./source/snapshot.ts";

export interface ReadPostgresOptions extends TableOptions {
  /**
   * Where the database is, `postgres://user@host/database`. A password that is not in it is taken from PGPASSWORD or ~/.pgpass, and
   * what else is missing from PGHOST and so on. The source then has connections of its own, and closes them.
   */
  readonly connectionString?: string | undefined;
  /** A pool of yours, in place of `connectionString`. It is never closed. */
  readonly pool?: Connections | undefined;
}

/**
 * The table that `postgresSink` fills as a source: to query, report, verify and prove as on files. A role that may only read is
 * enough: `openrouter_audit_reader`. Entries are made from the lines, never from the columns, which only find them.
 *
 * @throws AuditError `INVALID_OPTIONS`. Reading throws `JOURNAL_UNREADABLE`.
 */
export function readPostgres(options: ReadPostgresOptions): AuditSource {
  const rules = { ...connectionRules, ...tableRules };
  checkOptions("readPostgres", options, rules, [["connectionString", "pool"]]);
  const { table, close } = tableOf(options, 2);
  return {
    name: table.name,
    read: (wanted) => readEntries(table, wanted),
    snapshot: () => snapshotOf(table),
    close,
  };
}

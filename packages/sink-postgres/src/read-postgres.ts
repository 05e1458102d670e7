import type { AuditSource } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { type Connections, connectionRules } from "./options.ts";
import { ownPool } from "./own-pool.ts";
import { placeOf } from "./place-of.ts";
import { namesOf, type TableOptions, tableRules } from "./schema/names.ts";
import { readEntries } from "./source/read-entries.ts";
import type { ReadTable } from "./source/session.ts";
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
  const names = namesOf(options);
  const { pool, connectionString } = options;
  const own = pool ? null : ownPool(connectionString!, 2);
  const where = connectionString === undefined ? "Postgres" : placeOf(connectionString);
  const table: ReadTable = { connections: pool ?? own!, names, name: `${where}, table ${names.shown}` };
  let closing: Promise<void> | undefined;
  return {
    name: table.name,
    read: (wanted) => readEntries(table, wanted),
    snapshot: () => snapshotOf(table),
    close: () => (closing ??= own?.end() ?? Promise.resolve()),
  };
}

import type { AuditSource } from "@openrouter-audit/core";
import { checkOptions } from "@openrouter-audit/core/sink";
import { tableOf } from "./ask-postgres.ts";
import { connectionRules } from "./options.ts";
import type { ReadPostgresOptions } from "./read-postgres-options.ts";
import { tableRules } from "./schema/names.ts";
import { readEntries } from "./source/read-entries.ts";
import { snapshotOf } from "./source/snapshot.ts";

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

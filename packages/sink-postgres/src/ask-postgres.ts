import { checkOptions } from "@openrouter-audit/core/sink";
import { connectionRules } from "./options.ts";
import { ownPool } from "./own-pool.ts";
import { placeOf } from "./place-of.ts";
import type { ReadPostgresOptions } from "./read-postgres-options.ts";
import { columns } from "./schema/columns.ts";
import { namesOf, tableRules } from "./schema/names.ts";
import { type DayThere, daysThere, earliestDay } from "./source/days-there.ts";
import { queryOnce, type ReadTable, Session } from "./source/session.ts";

/** The table that `postgresSink` fills, for who asks it in SQL of their own. */
export interface AskedTable {
  /** What it is, in messages; without the password. */
  readonly name: string;
  /** As it stands in SQL, quoted, with its schema. */
  readonly quotedTable: string;
  /** The columns that it has. */
  readonly columns: readonly string[];
  /** The UTC days of which there are lines, as YYYY-MM-DD, the oldest first. @throws AuditError `JOURNAL_UNREADABLE` */
  days(signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * A connection, to be ended. When the signal aborts, its query rejects with the reason, and the server stops what it does.
   *
   * @throws AuditError `JOURNAL_UNREADABLE`
   */
  session(signal?: AbortSignal): Promise<Session>;
  /** Lets go of connections of its own. */
  close(): Promise<void>;
}

/** @throws AuditError `INVALID_OPTIONS` */
export function askPostgres(options: ReadPostgresOptions): AskedTable {
  checkOptions("askPostgres", options, { ...connectionRules, ...tableRules }, [["connectionString", "pool"]]);
  const { table, close } = tableOf(options, 10);
  return {
    name: table.name,
    quotedTable: table.names.quotedTable,
    columns: columns.map(({ name }) => name),
    days: async (signal) => {
      const there = await queryOnce<DayThere>(table, signal, daysThere(table.names), [earliestDay]);
      return there.map(({ day }) => day);
    },
    session: (signal) => Session.open(table, signal),
    close,
  };
}

/** A table and how to get at it: by the pool that was given, else by at most so many connections of its own. */
export function tableOf(
  { pool, connectionString, ...options }: ReadPostgresOptions,
  most: number,
): { readonly table: ReadTable; readonly close: () => Promise<void> } {
  const names = namesOf(options);
  const own = pool ? null : ownPool(connectionString!, most);
  const where = connectionString === undefined ? "Postgres" : placeOf(connectionString);
  let closing: Promise<void> | undefined;
  return {
    table: { connections: pool ?? own!, names, name: `${where}, table ${names.shown}` },
    close: () => (closing ??= own?.end() ?? Promise.resolve()),
  };
}

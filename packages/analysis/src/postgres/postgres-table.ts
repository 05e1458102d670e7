import type { AskedTable } from "@openrouter-audit/sink-postgres";
import type { EntryTable, SqlRow, Statement } from "../entries/entry-table.ts";
import { entriesSql } from "./column-sql.ts";
import { beginReading, endReading, openCursor } from "./cursor.ts";
import { loadPostgres } from "./load-postgres.ts";
import { openSnapshot } from "./snapshot.ts";

/** Whether a place is a database: `postgres://…`, `postgresql://…`. */
export function isPostgres(place: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(place);
}

/** A table in Postgres as entries, and the table itself. */
export interface PostgresEntries extends EntryTable {
  readonly kind: "postgres";
  readonly table: AskedTable;
}

/**
 * The table that `postgresSink` fills. A role that may only read is enough; one that may also make temporary tables, as every role
 * may where nobody took that right away, has its reports sooner.
 *
 * @param schema of the table. @default "openrouter_audit"
 * @throws AuditError `INVALID_OPTIONS`. Asking throws `JOURNAL_UNREADABLE`.
 */
export async function openPostgres(place: string, schema?: string | undefined): Promise<PostgresEntries> {
  const { askPostgres, readPostgres } = await loadPostgres();
  const table = askPostgres({ connectionString: place, schema });
  const relation = (days: readonly string[]) => entriesSql(table.quotedTable, table.columns, days);
  return {
    kind: "postgres",
    name: table.name,
    table,
    days: (signal) => table.days(signal),
    relation,
    ask: (statement, signal) => rowsOf(table, statement, signal),
    snapshot: ({ days, ...options }) => openSnapshot(table, relation(days), options),
    sealed: async () => readPostgres({ connectionString: place, schema }),
    close: () => table.close(),
  };
}

async function* rowsOf<Row extends SqlRow>(
  table: AskedTable,
  statement: Statement,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row> {
  const session = await table.session(signal);
  try {
    await beginReading(session);
    const { columns, pages } = await openCursor(session, statement);
    for await (const page of pages) {
      for (const cells of page) {
        yield Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]])) as Row;
      }
    }
  } finally {
    await endReading(session);
  }
}

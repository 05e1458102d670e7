import { AuditError } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import { openEntries } from "../entries/open-entries.ts";
import type { PostgresEntries } from "../postgres/postgres-table.ts";
import { answerOf, type SqlAnswer } from "./answer.ts";
import { describe } from "./describe.ts";
import { askFiles } from "./files-sql.ts";
import { askPostgresTable } from "./postgres-sql.ts";
import { readStatement } from "./statement.ts";

export interface SqlOptions {
  /** Of a table in Postgres. @default "openrouter_audit" */
  readonly schema?: string | undefined;
  /** Only entries whose `timestamp` is this or later: files, or partitions, of days before are not read. */
  readonly since?: Date | undefined;
  /** Only entries whose `timestamp` is before this. */
  readonly until?: Date | undefined;
  /** Told again and again how much was read, while it is found out which entries stand there twice. */
  readonly onProgress?: (done: { readonly bytes: number; readonly totalBytes: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Answers one statement that reads, over the views `entries` (each id once, of a call that was taken for ended and has its real end the
 * real one), `calls` (those of them that are calls, with the numbers that a report counts) and `lines` (all that stands there); see docs/sql.md. Of files nothing else can be read, nor anything written; in Postgres
 * it runs in a transaction that only reads, with what else the role may read.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `INVALID_OPTIONS` saying what is wrong with the statement, and where; `JOURNAL_UNREADABLE`; the signal's reason
 */
export async function sql(
  source: EntryTable | string,
  text: string,
  options: SqlOptions = {},
): Promise<SqlAnswer> {
  const statement = readStatement(text);
  const described = describe(statement.text);
  if (described) return described;
  if (typeof source !== "string") return ask(source, statement, options);
  const opened = await openEntries(source, { schema: options.schema });
  try {
    const { columns, rows, unreadable, close } = await ask(opened, statement, options);
    return answerOf(columns, rows, () => close().finally(() => opened.close()), unreadable);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function ask(
  table: EntryTable,
  statement: ReturnType<typeof readStatement>,
  options: SqlOptions,
): Promise<SqlAnswer> {
  if (table.kind === "postgres") return askPostgresTable(table as PostgresEntries, statement, options);
  if (table.fileRows) return askFiles(table, statement, options);
  throw new AuditError("INVALID_OPTIONS", `${table.name} cannot be asked in SQL.`);
}

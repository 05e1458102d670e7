import { AuditError } from "@openrouter-audit/core";
import { aFunction, checkOptions } from "@openrouter-audit/core/sink";
import type { EntryTable } from "../entries/entry-table.ts";
import { entriesOf } from "../entries/open-entries.ts";
import { aSignal, aTime } from "../entries/option-rules.ts";
import type { PostgresEntries } from "../postgres/postgres-table.ts";
import { answerOf, type SqlAnswer } from "./answer.ts";
import { describe } from "./describe.ts";
import { askFiles } from "./files-sql.ts";
import { askPostgresTable } from "./postgres-sql.ts";
import type { SqlOptions } from "./sql-options.ts";
import { readStatement } from "./statement.ts";

/**
 * Answers one statement that reads, over the views `entries` (each id once, of a call that was taken for ended and has its real end the
 * real one), `calls` (those of them that are calls, with the numbers that a report counts) and `lines` (all that stands there); see docs/sql.md. Of files nothing else can be read, nor anything written; in Postgres
 * it runs in a transaction that only reads, with what else the role may read.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `INVALID_OPTIONS` saying what is wrong with the statement, and where; `JOURNAL_UNREADABLE`; `ENGINE_EXHAUSTED`; the signal's reason
 */
export async function sql(
  source: EntryTable | string,
  text: string,
  options: SqlOptions = {},
): Promise<SqlAnswer> {
  checkOptions("sql", options, { since: aTime, until: aTime, onProgress: aFunction, signal: aSignal });
  const statement = readStatement(text);
  const described = describe(statement.text);
  if (described) return described;
  const { table, close } = await entriesOf(source);
  try {
    const answer = await ask(table, statement, options);
    return answerOf(answer.columns, answer.rows, () => answer.close().finally(close), answer.unreadable);
  } catch (error) {
    await close();
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

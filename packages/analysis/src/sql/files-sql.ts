import type { DuckDBConnection } from "@duckdb/node-api";
import { startEngine } from "../duckdb/engine.ts";
import { loadDuckdb } from "../duckdb/load-duckdb.ts";
import { quoted } from "../duckdb/sql-text.ts";
import { daysSince } from "../entries/days.ts";
import type { EntryTable, FileRows } from "../entries/entry-table.ts";
import { answerOf, type SqlAnswer, type SqlCell } from "./answer.ts";
import { readForCalls } from "./calls-view.ts";
import { cellOf, typeOf } from "./duckdb-cells.ts";
import { type AskedOfFiles, inWords } from "./duckdb-errors.ts";
import { findRepeats, makeViews } from "./file-views.ts";
import type { SqlOptions } from "./sql-options.ts";
import { mentions, type ReadingStatement, refused, takesAllColumns } from "./statement.ts";
import { takesParameters } from "./wrong-statement.ts";

/** Answers in an engine of its own, which can read these files, and nothing else: no other file, no address, no extension. */
export async function askFiles(
  table: EntryTable,
  statement: ReadingStatement,
  options: SqlOptions,
): Promise<SqlAnswer> {
  const { signal, since, until } = options;
  const days = daysSince(await table.days(signal), since);
  const engine = await startEngine();
  const connection = await engine.connect();
  const stop = () => connection.interrupt();
  signal?.addEventListener("abort", stop);
  const release = async () => {
    signal?.removeEventListener("abort", stop);
    stop();
    connection.closeSync();
    engine.closeSync();
  };
  try {
    const isOfCalls = asksCalls(connection, statement);
    // What a plan needs is not worth a reading of everything.
    const isPlan = statement.explain !== "" && !/\banalyze\b/i.test(statement.explain);
    const isAsked = (isOfCalls || mentions(statement, "entries")) && !isPlan;
    const repeats = isAsked ? await findRepeats(table, days, options, isOfCalls) : null;
    const named = `${statement.text} id timestamp ${isOfCalls ? readForCalls(statement.text) : ""}`;
    const rows = await table.fileRows!(days, takesAllColumns(statement) ? "*" : named, signal);
    const { select: all } = await table.fileRows!(days, "*", signal);
    const asked: AskedOfFiles = { text: statement.text, paths: rows.paths, signal };
    await allowOnly(connection, rows);
    await makeViews(connection, { select: rows.select, all, period: { since, until }, repeats });
    await connection.run("set lock_configuration = true");
    signal?.throwIfAborted();
    await refuseOther(connection, statement, asked);
    const result = await inWords(asked, () => connection.stream(statement.text));
    const types = result.columnTypes();
    const columns = result.columnNames().map((name, index) => ({ name, type: typeOf(types[index]!) }));
    const cells = types.map(cellOf);
    async function* taken(): AsyncGenerator<readonly SqlCell[]> {
      for (;;) {
        const chunk = await inWords(asked, () => result.fetchChunk());
        signal?.throwIfAborted();
        if (!chunk || chunk.rowCount === 0) break;
        for (const row of chunk.getRows()) yield row.map((value, index) => cells[index]!(value));
      }
      rows.check?.();
    }
    return answerOf(columns, taken(), release, repeats?.unreadable ?? null);
  } catch (error) {
    await release();
    signal?.throwIfAborted();
    throw error;
  }
}

/** Whether a statement asks the view `calls`, and does not only call something so. Of one that cannot be read so, nobody knows. */
function asksCalls(connection: DuckDBConnection, statement: ReadingStatement): boolean {
  if (!mentions(statement, "calls")) return false;
  // What stands in a text is found nowhere else.
  if (mentions(statement, "query")) return true;
  const tables = connection.getTableNames(statement.text, false);
  return tables.length === 0 || tables.some((name) => name.toLowerCase() === "calls");
}

/** From here on the engine reads these files, also under the pattern that means each, and writes none. */
async function allowOnly(connection: DuckDBConnection, { paths }: FileRows): Promise<void> {
  const patterns = paths.map((path) => path.replace(/[[*?]/g, "[$&]"));
  const allowed = [...new Set([...paths, ...patterns])].map(quoted).join(", ");
  await connection.run(`set allowed_paths = [${allowed}]`);
  await connection.run("set enable_external_access = false");
}

/** The engine itself says what kind of statement it is, and how many there are. */
async function refuseOther(
  connection: DuckDBConnection,
  statement: ReadingStatement,
  asked: AskedOfFiles,
): Promise<void> {
  const { StatementType } = await loadDuckdb();
  const kinds = [StatementType.SELECT, StatementType.EXPLAIN];
  await inWords(asked, async () => {
    // What is explained is looked at as well: EXPLAIN ANALYZE does it.
    const explained = statement.explain === "" ? [] : [statement.text.slice(statement.bodyAt)];
    for (const text of [statement.text, ...explained]) {
      const extracted = await connection.extractStatements(text);
      if (extracted.count !== 1) throw refused();
      const prepared = await extracted.prepare(0);
      const isRead = kinds.includes(prepared.statementType);
      const parameters = prepared.parameterCount;
      prepared.destroySync();
      if (!isRead) throw refused();
      if (parameters > 0) throw takesParameters(statement.text);
    }
  });
}

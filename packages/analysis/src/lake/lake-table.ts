import type { DuckDBConnection } from "@duckdb/node-api";
import { AuditError } from "@openrouter-audit/core";
import { rowsOf, startEngine } from "../duckdb/engine.ts";
import { entryColumns } from "../entries/columns.ts";
import type { EntryTable, Snapshot, SnapshotOptions, SqlRow, Statement } from "../entries/entry-table.ts";
import { lakeSource } from "./lake-source.ts";
import { type LakeFile, lakeFiles } from "./layout.ts";
import { literalPaths } from "./parquet-paths.ts";
import { unreadableParquet } from "./provenance.ts";

/** The Parquet files of a lake as a table. @throws AuditError `JOURNAL_UNREADABLE` */
export async function openLake(directory: string): Promise<EntryTable> {
  // Said now, and not with the first question.
  lakeFiles(directory);
  const engine = await startEngine();
  const relation = (days: readonly string[]) => relationOf(filesOf(directory, days));
  async function* ask<Row extends SqlRow>(statement: Statement, signal?: AbortSignal): AsyncGenerator<Row> {
    const connection = await engine.connect();
    const stop = () => connection.interrupt();
    signal?.addEventListener("abort", stop);
    try {
      signal?.throwIfAborted();
      yield* rowsOf<Row>(connection, statement);
    } catch (error) {
      signal?.throwIfAborted();
      throw asUnreadable(error, directory);
    } finally {
      signal?.removeEventListener("abort", stop);
      connection.closeSync();
    }
  }
  return {
    kind: "lake",
    name: directory,
    days: async () => [...new Set(lakeFiles(directory).map(({ day }) => day))],
    relation,
    ask,
    snapshot: async (options) => {
      const connection = await engine.connect();
      try {
        return await snapshotOf(connection, filesOf(directory, options.days), options);
      } catch (error) {
        connection.closeSync();
        options.signal?.throwIfAborted();
        throw asUnreadable(error, directory);
      }
    },
    sealed: async () => lakeSource(directory),
    close: async () => engine.closeSync(),
  };
}

function filesOf(directory: string, days: readonly string[]): LakeFile[] {
  const wanted = new Set(days);
  return lakeFiles(directory).filter(({ day }) => wanted.has(day));
}

function relationOf(files: readonly LakeFile[]): string {
  const columns = entryColumns.map(({ name }) => `"${name}"`).join(", ");
  const rows = `select ${columns}, case when id is not null then cast(line as json) end as entry, line,
    parse_path(filename, 'both_slash')[-2][5:] as day, parse_filename(filename) as file`;
  if (files.length > 0)
    return `(${rows} from read_parquet(${literalPaths(files.map(({ path }) => path))}, filename = true, hive_partitioning = false))`;
  const none = entryColumns
    .map(({ name, type }) => `cast(null as ${emptyTypes[type]}) as "${name}"`)
    .join(", ");
  return `(${rows} from (select ${none}, cast(null as varchar) as line, cast(null as varchar) as filename) where false)`;
}

const emptyTypes = {
  text: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  time: "timestamp",
};

async function snapshotOf(
  connection: DuckDBConnection,
  files: readonly LakeFile[],
  { columns, computed = {}, where, signal }: SnapshotOptions,
): Promise<Snapshot> {
  const stop = () => connection.interrupt();
  signal?.addEventListener("abort", stop);
  let kept = 0;
  const ask = async <Row extends SqlRow>(statement: Statement) => {
    const rows: Row[] = [];
    for await (const row of rowsOf<Row>(connection, statement)) rows.push(row);
    return rows;
  };
  try {
    signal?.throwIfAborted();
    const relation = relationOf(files);
    const selected = [
      ...columns.map((column) => `"${column}"`),
      ...Object.entries(computed).map(([column, sql]) => `${sql} as "${column}"`),
    ].join(", ");
    const wanted = where ? `and (${where.text})` : "";
    await connection.run(
      `create temp table snapshot as select ${selected} from ${relation} as entries where id is not null ${wanted}`,
      (where?.values ?? []) as string[],
    );
    const unreadable = await ask<{ file: string; lines: number }>({
      text: `select file, cast(count(*) as double) as lines from ${relation} as entries where id is null group by file order by file`,
    });
    return {
      relation: "snapshot",
      unreadable: new Map(unreadable.map(({ file, lines }) => [file, lines])),
      ask,
      keep: async (select) => {
        kept += 1;
        await connection.run(`create temp table kept_${kept} as ${select}`);
        return `kept_${kept}`;
      },
      close: async () => connection.closeSync(),
    };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** What the engine says of a file that is not as it should be; all else, such as a mistake in a question, as it is. */
function asUnreadable(error: unknown, directory: string): unknown {
  const { message } = error as Error;
  const isOfFile = message.includes(directory) || /parquet|thrift|decompress|zstd|snappy/i.test(message);
  return error instanceof AuditError || !isOfFile ? error : unreadableParquet(directory, error);
}

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Engine } from "../duckdb/engine.ts";
import { rowsOf, run } from "../duckdb/rows.ts";
import { shortened } from "../duckdb/sql-text.ts";
import type { Snapshot, SnapshotOptions, SqlRow, Statement } from "../entries/entry-table.ts";
import { relationOf } from "./lake-relation.ts";
import type { LakeFile } from "./layout.ts";

/** Entries of a lake in a database in memory, compressed; the engine spills what is too much of it. Files of the lake may be replaced meanwhile. */
export async function takeLakeSnapshot(
  engine: Engine,
  files: readonly LakeFile[],
  number: number,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const database = `lake_snapshot_${number}`;
  const connection = await engine.connect();
  const close = async () => {
    await connection.run(`detach database if exists ${database}`);
    connection.closeSync();
  };
  let kept = 0;
  const ask = async <Row extends SqlRow>(statement: Statement) => {
    const rows: Row[] = [];
    for await (const row of rowsOf<Row>(connection, statement, options.signal)) rows.push(row);
    return rows;
  };
  try {
    // The rows of a snapshot have no order.
    await connection.run("set session preserve_insertion_order = false");
    await connection.run(`attach ':memory:' as ${database} (compress)`);
    await copy(connection, `${database}.read`, files, options);
    await connection.run(`checkpoint ${database}`);
    const unreadable = await ask<{ file: string; lines: number }>({
      text: `select file, cast(count(*) as double precision) as lines from ${relationOf(files)} as entries
        where id is null group by file order by file`,
    });
    return {
      relation: `${database}.read`,
      unreadable: new Map(unreadable.map(({ file, lines }) => [file, lines])),
      ask,
      keep: async (select) => {
        kept += 1;
        const name = `${database}.kept_${kept}`;
        await run(connection, { text: `create table ${name} as ${select}` }, options.signal);
        await connection.run(`checkpoint ${database}`);
        return name;
      },
      leaveOut: async (condition) => {
        await run(connection, { text: `delete from ${database}.read where ${condition}` }, options.signal);
        return `${database}.read`;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function copy(
  connection: DuckDBConnection,
  table: string,
  files: readonly LakeFile[],
  { columns, compared = [], computed = {}, where, onProgress, signal }: SnapshotOptions,
): Promise<void> {
  const selected = [
    ...columns.map((name) => (compared.includes(name) ? `${shortened(name)} as "${name}"` : `"${name}"`)),
    ...Object.entries(computed).map(([name, sql]) => `${sql} as "${name}"`),
  ].join(", ");
  const wanted = where ? `and (${where.text})` : "";
  const text = `create table ${table} as select ${selected} from ${relationOf(files)} as entries where id is not null ${wanted}`;
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const timer = setInterval(() => {
    const part = Math.max(0, connection.progress.percentage) / 100;
    onProgress?.({ bytes: Math.round(totalBytes * part), totalBytes });
  }, 100);
  try {
    await run(connection, { text, values: where?.values ?? [] }, signal);
  } finally {
    clearInterval(timer);
  }
  onProgress?.({ bytes: totalBytes, totalBytes });
}

import { join } from "node:path";
import { dayOfFile, journalFiles } from "@openrouter-audit/core";
import { quoted, rowsOf, startEngine } from "../duckdb/engine.ts";
import { type EntryColumn, entryColumns } from "../entries/columns.ts";
import type { EntryTable, Snapshot, SnapshotOptions } from "../entries/entry-table.ts";

const sqlTypes = {
  text: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  time: "timestamp",
};

/** The files of a journal directory, archives too, as a table. */
export async function openJournal(directory: string): Promise<EntryTable> {
  const engine = await startEngine();
  let snapshots = 0;
  const relation = (days: readonly string[]) => {
    const files = journalFiles(directory).filter((file) => days.includes(dayOfFile(file)!));
    const list = files.map((file) => quoted(join(directory, file))).join(", ");
    const columns = entryColumns.map((column) => `${cellOf(column)} as "${column.name}"`).join(", ");
    return `(select ${columns}, json as entry, cast(json as varchar) as line, filename as file,
      cast(json->>'$.recorded_at' as varchar)[1:10] as day
      from read_ndjson_objects([${list}], ignore_errors = true, filename = true))`;
  };
  return {
    kind: "journal",
    name: directory,
    days: async () => [...new Set(journalFiles(directory).map((file) => dayOfFile(file)!))],
    relation,
    async *ask(statement) {
      yield* rowsOf(await engine.connect(), statement);
    },
    snapshot: async ({ days, columns, computed = {}, where }: SnapshotOptions): Promise<Snapshot> => {
      const connection = await engine.connect();
      snapshots += 1;
      const name = `snapshot_${snapshots}`;
      const wanted = where ? `and (${where.text})` : "";
      const selected = [
        ...columns.map((column) => `"${column}"`),
        ...Object.entries(computed).map(([column, sql]) => `${sql} as "${column}"`),
      ].join(", ");
      await connection.run(
        `create temp table ${name} as select ${selected} from ${relation(days)} where id is not null ${wanted}`,
        (where?.values ?? []) as string[],
      );
      return {
        relation: name,
        unreadable: new Map(),
        ask: async (statement) => {
          const rows = [];
          for await (const row of rowsOf(connection, statement)) rows.push(row);
          return rows as never;
        },
        keep: async (select) => {
          snapshots += 1;
          await connection.run(`create temp table kept_${snapshots} as ${select}`);
          return `kept_${snapshots}`;
        },
        close: async () => connection.closeSync(),
      };
    },
    fileRows: async (days) => ({
      select: `select * from ${relation(days)}`,
      paths: journalFiles(directory)
        .filter((file) => days.includes(dayOfFile(file)!))
        .map((file) => join(directory, file)),
    }),
    sealed: async () => directory,
    close: async () => engine.closeSync(),
  };
}

function cellOf({ path, type }: EntryColumn): string {
  const member = `json->>${quoted(`$.${path.map((name) => `"${name}"`).join(".")}`)}`;
  return type === "text" ? `(${member})` : `try_cast(${member} as ${sqlTypes[type]})`;
}

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Snapshot, SnapshotOptions, SqlRow, Statement } from "../entries/entry-table.ts";
import type { Engine } from "./engine.ts";
import { rowsOf, run } from "./rows.ts";
import { shortened } from "./sql-text.ts";

/** What a row has that is no entry until all are read: the file that its line stands in. */
const unreadableFile = '"read:file"';

/** How far the reading is. */
export interface PartRead {
  /** Bytes that were read before. */
  readonly before: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What is compressed, three times as much of it is in memory, and less is not worth a quarter of the time that a report takes. */
const mostUncompressed = 192 << 20;

let taken = 0;

/** Entries in a database in memory, compressed when they are many; the engine spills what is too much of it. What they were read from may be replaced meanwhile. */
export class EngineSnapshot implements Snapshot {
  readonly relation: string;
  readonly #connection: DuckDBConnection;
  readonly #database: string;
  readonly #options: SnapshotOptions;
  #unreadable: ReadonlyMap<string, number> = new Map();
  #kept = 0;

  private constructor(connection: DuckDBConnection, database: string, options: SnapshotOptions) {
    this.#connection = connection;
    this.#database = database;
    this.#options = options;
    this.relation = `${database}.read`;
  }

  /**
   * @param read adds the rows
   * @throws what that throws; DuckDB's error
   */
  static async take(
    engine: Engine,
    options: SnapshotOptions,
    read: (snapshot: EngineSnapshot) => Promise<void>,
  ): Promise<EngineSnapshot> {
    taken += 1;
    const connection = await engine.connect();
    const snapshot = new EngineSnapshot(connection, `snapshot_${taken}`, options);
    try {
      // The rows of a snapshot have no order.
      await connection.run("set session preserve_insertion_order = false");
      await connection.run(`attach ':memory:' as ${snapshot.#database} (compress)`);
      await read(snapshot);
      await snapshot.#countUnreadable();
      return snapshot;
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  get unreadable(): ReadonlyMap<string, number> {
    return this.#unreadable;
  }

  /**
   * A SELECT of what is kept of some rows.
   *
   * @param rows what stands behind FROM: with `file`
   * @param isReadable SQL: whether a row is an entry
   * @param rewritten expressions over the columns of a relation, as they are written for these rows
   */
  selected(rows: string, isReadable: string, rewritten = (sql: string) => sql): string {
    const { columns, compared = [], computed = {}, where } = this.#options;
    const cells = [
      ...columns.map((name) => (compared.includes(name) ? `${shortened(name)} as "${name}"` : `"${name}"`)),
      ...Object.entries(computed).map(([name, sql]) => `${rewritten(sql)} as "${name}"`),
      `case when not ${isReadable} then file end as ${unreadableFile}`,
    ];
    const wanted = where ? `where not ${isReadable} or (${rewritten(where.text)})` : "";
    return `select ${cells.join(", ")} from ${rows} as entries ${wanted}`;
  }

  /** Makes room for such rows. */
  async begin(selected: string): Promise<void> {
    await this.#run(`create table ${this.relation} as ${selected} limit 0`, this.#values);
  }

  async add(selected: string, { before, bytes, totalBytes }: PartRead): Promise<void> {
    const { onProgress } = this.#options;
    const timer = setInterval(() => {
      const part = Math.max(0, this.#connection.progress.percentage) / 100;
      onProgress?.({ bytes: before + Math.round(bytes * part), totalBytes });
    }, 100);
    await this.#run(`insert into ${this.relation} ${selected}`, this.#values).finally(() =>
      clearInterval(timer),
    );
    await this.#compress();
  }

  async ask<Row extends SqlRow>(statement: Statement): Promise<Row[]> {
    const rows = [];
    for await (const row of rowsOf<Row>(this.#connection, statement, this.#options.signal)) rows.push(row);
    return rows;
  }

  async keep(select: string): Promise<string> {
    this.#kept += 1;
    const name = `${this.#database}.kept_${this.#kept}`;
    await this.#run(`create table ${name} as ${select}`);
    await this.#compress();
    return name;
  }

  async replace(condition: string, instead?: string): Promise<string> {
    await this.#run(`delete from ${this.relation} where ${condition}`);
    if (instead !== undefined) {
      const { columns, computed = {} } = this.#options;
      const names = [...columns, ...Object.keys(computed)].map((name) => `"${name}"`).join(", ");
      await this.#run(`insert into ${this.relation} (${names}) select ${names} from ${instead}`);
    }
    return this.relation;
  }

  async close(): Promise<void> {
    await this.#connection.run(`detach database if exists ${this.#database}`);
    this.#connection.closeSync();
  }

  async #countUnreadable(): Promise<void> {
    const counts = await this.ask<{ file: string; lines: number }>({
      text: `select ${unreadableFile} as file, cast(count(*) as double precision) as lines from ${this.relation}
        where ${unreadableFile} is not null group by 1 order by 1`,
    });
    this.#unreadable = new Map(counts.map(({ file, lines }) => [file, lines]));
    if (counts.length > 0) await this.replace(`${unreadableFile} is not null`);
    await this.#run(`alter table ${this.relation} drop column ${unreadableFile}`);
  }

  async #compress(): Promise<void> {
    const [held] = await this.ask<{ bytes: number }>({
      text: `select cast(sum(memory_usage_bytes) as double precision) as bytes from duckdb_memory() where tag = 'IN_MEMORY_TABLE'`,
    });
    if (held!.bytes > mostUncompressed) await this.#run(`checkpoint ${this.#database}`);
  }

  get #values() {
    return this.#options.where?.values ?? [];
  }

  async #run(text: string, values: Statement["values"] = []): Promise<void> {
    await run(this.#connection, { text, values }, this.#options.signal);
  }
}

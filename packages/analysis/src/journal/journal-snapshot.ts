import type { DuckDBConnection } from "@duckdb/node-api";
import { isArchive } from "@openrouter-audit/core";
import type { Engine } from "../duckdb/engine.ts";
import { rowsOf, run } from "../duckdb/rows.ts";
import type { Snapshot, SnapshotOptions, SqlRow, Statement } from "../entries/entry-table.ts";
import type { FileChecks, ReadableFile } from "./file-checks.ts";
import type { JournalFile } from "./journal-files.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import { naming } from "./unreadable-file.ts";

/** So much is read by one statement: what has to be read again when a line is damaged, and how often progress is told. */
const bytesAtOnce = 512 << 20;
/** What an archive has more when it is unpacked. */
const timesLarger = 4;

/** Entries of files in a database in memory, compressed; the engine spills what is too much of it. */
export async function takeSnapshot(
  engine: Engine,
  checks: FileChecks,
  files: readonly JournalFile[],
  number: number,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const { signal } = options;
  const readable = [];
  for (const file of files) readable.push(await checks.readable(file, signal));
  const database = `snapshot_${number}`;
  const connection = await engine.connect();
  // The rows of a snapshot have no order.
  await connection.run("set session preserve_insertion_order = false");
  await connection.run(`attach ':memory:' as ${database} (compress)`);
  const taken = new JournalSnapshot(connection, database, options);
  try {
    const unreadable = await taken.read(checks, readable);
    return {
      relation: taken.relation,
      unreadable,
      ask: (statement) => taken.ask(statement),
      keep: (select) => taken.keep(select),
      leaveOut: (condition) => taken.leaveOut(condition),
      close: () => taken.close(),
    };
  } catch (error) {
    await taken.close();
    throw error;
  }
}

class JournalSnapshot {
  readonly relation: string;
  readonly #connection: DuckDBConnection;
  readonly #database: string;
  readonly #options: SnapshotOptions;
  #kept = 0;

  constructor(connection: DuckDBConnection, database: string, options: SnapshotOptions) {
    this.#connection = connection;
    this.#database = database;
    this.#options = options;
    const columns = [...options.columns, ...Object.keys(options.computed ?? {})];
    this.relation = `(select ${columns.map((name) => `"${name}"`).join(", ")} from ${database}.read where "read:readable")`;
  }

  async read(checks: FileChecks, files: readonly ReadableFile[]): Promise<ReadonlyMap<string, number>> {
    const { signal, onProgress } = this.#options;
    const reading = new SnapshotReading(this.#connection, `${this.#database}.read`, this.#options);
    await reading.begin();
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let bytes = 0;
    for (const some of portionsOf(files)) {
      const names = some.map(({ file }) => file);
      await checks.checkArchives(names, signal);
      const portion = some.reduce((sum, each) => sum + each.bytes, 0);
      const timer = setInterval(() => {
        const { percentage } = this.#connection.progress;
        onProgress?.({ bytes: bytes + Math.round((portion * Math.max(0, percentage)) / 100), totalBytes });
      }, 100);
      await naming(names, reading.add(some, signal)).finally(() => clearInterval(timer));
      bytes += portion;
      onProgress?.({ bytes, totalBytes });
    }
    return reading.unreadable();
  }

  async ask<Row extends SqlRow>(statement: Statement): Promise<Row[]> {
    const rows = [];
    for await (const row of rowsOf<Row>(this.#connection, statement, this.#options.signal)) rows.push(row);
    return rows;
  }

  async keep(select: string): Promise<string> {
    this.#kept += 1;
    const name = `${this.#database}.kept_${this.#kept}`;
    await run(this.#connection, { text: `create table ${name} as ${select}` }, this.#options.signal);
    await this.#compress();
    return name;
  }

  async leaveOut(condition: string): Promise<string> {
    await run(
      this.#connection,
      { text: `delete from ${this.#database}.read where ${condition}` },
      this.#options.signal,
    );
    return this.relation;
  }

  /** What is compressed, three times as much of it is in memory. */
  async #compress(): Promise<void> {
    await this.#connection.run(`checkpoint ${this.#database}`);
  }

  async close(): Promise<void> {
    await this.#connection.run(`detach ${this.#database}`);
    this.#connection.closeSync();
  }
}

function portionsOf(files: readonly ReadableFile[]): ReadableFile[][] {
  const portions: ReadableFile[][] = [];
  let room = 0;
  for (const each of files) {
    if (room <= 0) {
      portions.push([]);
      room = bytesAtOnce;
    }
    portions.at(-1)!.push(each);
    room -= unpackedBytes(each);
  }
  return portions;
}

const unpackedBytes = ({ file, bytes }: ReadableFile) => bytes * (isArchive(file.name) ? timesLarger : 1);

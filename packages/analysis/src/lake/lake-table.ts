import type { Journal } from "@openrouter-audit/core";
import { type Engine, startEngine } from "../duckdb/engine.ts";
import { rowsOf } from "../duckdb/rows.ts";
import type {
  EntryTable,
  FileRows,
  Snapshot,
  SnapshotOptions,
  SqlRow,
  Statement,
} from "../entries/entry-table.ts";
import { checkStillThere } from "../entries/still-there.ts";
import { relationOf } from "./lake-relation.ts";
import { takeLakeSnapshot } from "./lake-snapshot.ts";
import { lakeSource } from "./lake-source.ts";
import { type LakeFile, lakeFiles } from "./layout.ts";
import { unreadableIn } from "./provenance.ts";

/** The Parquet files of a lake as a table. @throws AuditError `JOURNAL_UNREADABLE`, `ENGINE_MISSING` */
export async function openLake(directory: string): Promise<EntryTable> {
  // Said now, and not with the first question.
  lakeFiles(directory);
  return new LakeTable(directory, await startEngine());
}

class LakeTable implements EntryTable {
  readonly kind = "lake";
  readonly name: string;
  readonly #engine: Engine;
  #listed: readonly LakeFile[] = [];

  constructor(directory: string, engine: Engine) {
    this.name = directory;
    this.#engine = engine;
  }

  async days(): Promise<readonly string[]> {
    this.#listed = lakeFiles(this.name);
    return [...new Set(this.#listed.map(({ day }) => day))];
  }

  relation(days: readonly string[]): string {
    return relationOf(this.#filesOf(days));
  }

  async *ask<Row extends SqlRow>(statement: Statement, signal?: AbortSignal): AsyncGenerator<Row> {
    const connection = await this.#engine.connect();
    try {
      yield* rowsOf<Row>(connection, statement, signal);
    } catch (error) {
      throw unreadableIn(this.name, error);
    } finally {
      connection.closeSync();
    }
  }

  async snapshot(options: SnapshotOptions): Promise<Snapshot> {
    try {
      return await takeLakeSnapshot(this.#engine, this.#filesOf(options.days), options);
    } catch (error) {
      throw unreadableIn(this.name, error);
    }
  }

  async fileRows(days: readonly string[]): Promise<FileRows> {
    const paths = this.#filesOf(days).map(({ path }) => path);
    return { select: `select * from ${this.relation(days)}`, paths };
  }

  async sealed(): Promise<Journal> {
    return lakeSource(this.name);
  }

  async close(): Promise<void> {
    this.#engine.closeSync();
  }

  #filesOf(days: readonly string[]): LakeFile[] {
    const wanted = new Set(days);
    const now = lakeFiles(this.name).filter(({ day }) => wanted.has(day));
    checkStillThere(this.#listed, now, wanted);
    return now;
  }
}

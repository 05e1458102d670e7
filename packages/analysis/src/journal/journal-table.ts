import type { DuckDBConnection } from "@duckdb/node-api";
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
import { columnsIn } from "./entry-shape.ts";
import { checkUncut, FileChecks, type ReadableFile } from "./file-checks.ts";
import { filesOf, type JournalFile } from "./journal-files.ts";
import { takeJournalSnapshot } from "./journal-snapshot.ts";
import { allOfLines, linesOf } from "./lines-relation.ts";
import { naming, namingEach } from "./unreadable-file.ts";

/**
 * The files of a journal directory, archives too, as a table; or one of them.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`, `ENGINE_MISSING`
 */
export async function openJournal(place: string): Promise<EntryTable> {
  filesOf(place);
  return new JournalTable(place, await startEngine());
}

/** Some files of it, under the name of a view. */
interface Relation {
  readonly name: string;
  readonly files: readonly JournalFile[];
  readonly isNamedIn: RegExp;
}

class JournalTable implements EntryTable {
  readonly kind = "journal";
  readonly name: string;
  readonly #engine: Engine;
  readonly #checks: FileChecks;
  readonly #relations = new Map<string, Relation>();
  #listed: readonly JournalFile[] = [];

  constructor(place: string, engine: Engine) {
    this.name = place;
    this.#engine = engine;
    this.#checks = new FileChecks(engine.directory);
  }

  async days(): Promise<readonly string[]> {
    this.#listed = filesOf(this.name);
    return [...new Set(this.#listed.map(({ day }) => day))];
  }

  relation(days: readonly string[]): string {
    const files = this.#filesOf(days);
    const key = files.map(({ path }) => path).join("\0");
    const name = this.#relations.get(key)?.name ?? `journal_entries_${this.#relations.size + 1}`;
    this.#relations.set(key, { name, files, isNamedIn: new RegExp(`\\b${name}\\b`) });
    return name;
  }

  /** The days that have one file: what stands in that was written in order. */
  inOrder(days: readonly string[]): ReadonlySet<string> {
    const files = this.#filesOf(days).map(({ day }) => day);
    return new Set(days.filter((day) => files.indexOf(day) === files.lastIndexOf(day)));
  }

  async *ask<Row extends SqlRow>(statement: Statement, signal?: AbortSignal): AsyncGenerator<Row> {
    const asked = [...this.#relations.values()].filter(({ isNamedIn }) => isNamedIn.test(statement.text));
    const files = [...new Set(asked.flatMap((relation) => relation.files))];
    const readable = await this.#checks.readable(files, signal);
    const connection = await this.#engine.connect();
    try {
      for (const relation of asked) await this.#makeView(connection, relation, statement, readable);
      yield* namingEach(files, rowsOf<Row>(connection, statement, signal));
      checkUncut(readable);
    } finally {
      connection.closeSync();
    }
  }

  async snapshot(options: SnapshotOptions): Promise<Snapshot> {
    return takeJournalSnapshot(this.#engine, this.#checks, this.#filesOf(options.days), options);
  }

  async fileRows(days: readonly string[], text: string, signal?: AbortSignal): Promise<FileRows> {
    const readable = await this.#checks.readable(this.#filesOf(days), signal);
    const paths = readable.map(({ path }) => path);
    const select = `select * exclude (readable) from (${allOfLines(paths, columnsIn(text))})`;
    return { select, paths, check: () => checkUncut(readable) };
  }

  async sealed(): Promise<Journal> {
    return this.name;
  }

  async close(): Promise<void> {
    this.#engine.closeSync();
  }

  #filesOf(days: readonly string[]): JournalFile[] {
    const wanted = new Set(days);
    const now = filesOf(this.name).filter(({ day }) => wanted.has(day));
    checkStillThere(this.#listed, now, wanted);
    return now;
  }

  /** For one statement: what a line is searched for depends on what is asked. */
  async #makeView(
    connection: DuckDBConnection,
    { name, files }: Relation,
    { text, mentions }: Statement,
    readable: readonly ReadableFile[],
  ): Promise<void> {
    const paths = readable.filter(({ file }) => files.includes(file)).map(({ path }) => path);
    const lines = linesOf(paths, columnsIn(text), mentions);
    await naming(
      files,
      connection.run(`create temp view ${name} as select * exclude (readable) from (${lines})`),
    );
  }
}

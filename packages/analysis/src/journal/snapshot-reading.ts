import type { DuckDBConnection } from "@duckdb/node-api";
import { rowsOf, run } from "../duckdb/rows.ts";
import { shortened, wordsOf } from "../duckdb/sql-text.ts";
import type { EntryColumn } from "../entries/columns.ts";
import type { SnapshotOptions } from "../entries/entry-table.ts";
import { columnsIn } from "./entry-shape.ts";
import type { ReadableFile } from "./file-checks.ts";
import { linesOf } from "./lines-relation.ts";
import { type MembersReading, membersReading } from "./members-relation.ts";

/** What an entry does not have: the marks that a row gets. */
const marks = ['"read:readable"', '"read:file"'];

/** Reads files into a table: by their members where it can, else by their lines. */
export class SnapshotReading {
  readonly #connection: DuckDBConnection;
  readonly #table: string;
  readonly #options: SnapshotOptions;
  readonly #columns: readonly EntryColumn[];
  readonly #members: MembersReading | null;

  constructor(connection: DuckDBConnection, table: string, options: SnapshotOptions) {
    this.#connection = connection;
    this.#table = table;
    this.#options = options;
    const expressions = [...Object.values(options.computed ?? {}), options.where?.text ?? ""];
    this.#columns = columnsIn([...options.columns, ...expressions]);
    this.#members = membersReading(this.#columns, [...options.columns, ...expressions]);
  }

  async begin(): Promise<void> {
    const { where } = this.#options;
    // Without rows, so that none of the values are asked for.
    const nothing = this.#selected(this.#linesOf([]), (sql) => sql);
    await this.#connection.run(
      `create table ${this.#table} as select * from (${nothing}) limit 0`,
      (where?.values ?? []) as never,
    );
  }

  async add(files: readonly ReadableFile[], signal: AbortSignal | undefined): Promise<void> {
    const byLine = files.filter(({ isCopy }) => isCopy);
    let byMembers = files.filter(({ isCopy }) => !isCopy);
    while (this.#members && byMembers.length > 0) {
      const paths = byMembers.map(({ path }) => path);
      try {
        await this.#insert(this.#selected(this.#members.of(paths), this.#members.rewritten), signal);
        byMembers = [];
      } catch (error) {
        const damaged = damagedIn(byMembers, error);
        if (!damaged) throw error;
        byLine.push(damaged);
        byMembers = byMembers.filter((each) => each !== damaged);
      }
    }
    byLine.push(...byMembers);
    if (byLine.length > 0)
      await this.#insert(
        this.#selected(this.#linesOf(byLine.map(({ path }) => path)), (sql) => sql),
        signal,
      );
  }

  /** How many lines were no entries, by file. */
  async unreadable(): Promise<Map<string, number>> {
    const files = new Map<string, number>();
    const text = `select "read:file" as file, cast(count(*) as double precision) as lines from ${this.#table}
      where not "read:readable" group by 1 order by 1`;
    for await (const { file, lines } of rowsOf<{ file: string; lines: number }>(this.#connection, { text }))
      files.set(file, lines);
    return files;
  }

  #linesOf(paths: readonly string[]): string {
    return linesOf(paths, this.#columns);
  }

  #selected(rows: string, rewritten: (sql: string) => string): string {
    const { columns, compared = [], computed = {}, where } = this.#options;
    const made = Object.entries(computed).map(([name, sql]) => `${rewritten(sql)} as "${name}"`);
    const wanted = where ? `where not readable or (${rewritten(where.text)})` : "";
    const read = columns.map((name) =>
      compared.includes(name) ? `${shortened(name)} as "${name}"` : `"${name}"`,
    );
    return `select ${[...read, ...made, `readable as ${marks[0]}`, `case when not readable then file end as ${marks[1]}`].join(", ")} from (${rows}) ${wanted}`;
  }

  async #insert(selected: string, signal: AbortSignal | undefined): Promise<void> {
    const { where } = this.#options;
    const text = `insert into ${this.#table} ${selected}`;
    await run(this.#connection, { text, values: where?.values ?? [] }, signal);
  }
}

/** The file that an error is about, when it is one of those that reading line by line gets over. */
function damagedIn(files: readonly ReadableFile[], error: unknown): ReadableFile | undefined {
  const words = wordsOf(error);
  if (!/malformed|JSON transform|Expected|unexpected|Invalid Input/i.test(words)) return undefined;
  return files.find(({ path }) => words.includes(path)) ?? files[0];
}

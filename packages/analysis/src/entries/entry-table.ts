import type { Journal } from "@openrouter-audit/core";

/** SQL with `$1`, `$2`, … and what stands for them. It is the same in every place that entries are in. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly SqlValue[];
  /**
   * Groups of texts of which one each stands in the line of every row that is asked for, if it was sealed: a place that reads lines leaves
   * out those without unread, but for lines that do not look as if they had been. @default none
   */
  readonly mentions?: readonly (readonly string[])[];
}

export type SqlValue = string | number | boolean | null;

/** What a place answers: counts and numbers as numbers, all else as text. Questions cast what they ask for to these. */
export type SqlRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The entries of a place as a table that SQL can ask. Where they are, and which engine answers, is known here and nowhere above.
 *
 * What is asked is written in what DuckDB and Postgres have in common: `grouping sets (…)`, `percentile_disc(…) within
 * group (order by …)`, `date_trunc`, `collate "C"`, casts to `double precision`, `bigint`, `varchar`.
 */
export interface EntryTable {
  readonly kind: "journal" | "lake" | "postgres";
  /** Where it is, in messages; without anything secret. */
  readonly name: string;
  /** The UTC days of which there are entries, by `recorded_at`, as YYYY-MM-DD, the oldest first. @throws AuditError `JOURNAL_UNREADABLE` */
  days(signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * What to put behind FROM for the entries recorded on these days: the columns of `entryColumns`, `entry`, `line`, `day`
   * and `file`, the name of the file that the line stands in (null where there are none); `day` is the one of these days that the row
   * belongs to, also of an unreadable line. An unreadable line is a row whose `id` is null; an entry that stands there twice is there twice.
   */
  relation(days: readonly string[]): string;
  /**
   * Those of these days that have been written in one piece: asked without an ORDER BY, several of them too, their rows come day by
   * day in the order in which they were written. @default none
   */
  inOrder?(days: readonly string[]): ReadonlySet<string>;
  /** Asks, and gives rows as they come, no faster than they are taken. @throws AuditError `JOURNAL_UNREADABLE`; the signal's reason */
  ask<Row extends SqlRow>(statement: Statement, signal?: AbortSignal): AsyncIterable<Row>;
  /** What is there at one moment, to be asked several things. To be closed. */
  snapshot(options: SnapshotOptions): Promise<Snapshot>;
  /**
   * Where entries are in files: their rows, for an engine of its own in which somebody's statement runs.
   *
   * @param text the statement, or SQL that speaks of the columns it asks for: those are quick
   */
  fileRows?(days: readonly string[], text: string, signal?: AbortSignal): Promise<FileRows>;
  /** The lines, to be verified: a directory, or a source, to be closed. */
  sealed(): Promise<Journal>;
  close(): Promise<void>;
}

/** Rows of files, as DuckDB reads them. */
export interface FileRows {
  /** A SELECT with the columns of a relation, that needs nothing but these files. */
  readonly select: string;
  readonly paths: readonly string[];
  /** That the files had to the end what they had at first: for who has all rows. @throws AuditError `JOURNAL_UNREADABLE` */
  readonly check?: () => void;
}

export interface SnapshotOptions {
  readonly days: readonly string[];
  /** Names of `entryColumns`, and of what stands beside them; of others nothing is read. */
  readonly columns: readonly string[];
  /** Those of them that are only compared, each with itself: a place may keep something shorter in their stead. @default none */
  readonly compared?: readonly string[];
  /** Columns that are made of those of the relation, by name: SQL. Only where a CASE leads to it is `entry` read. */
  readonly computed?: Readonly<Record<string, string>>;
  /** Only rows of which this is true: SQL over the columns. Unreadable lines are counted all the same. */
  readonly where?: Statement;
  /** Told again and again how much was read, where that is known. */
  readonly onProgress?: (done: { readonly bytes: number; readonly totalBytes: number }) => void;
  readonly signal?: AbortSignal;
}

/** Entries that stay as they are while they are asked about. */
export interface Snapshot {
  /** What to put behind FROM: readable entries only. An entry that stands there twice is there twice. */
  readonly relation: string;
  /** How many lines were no entries, of each file (in a store, of each day). */
  readonly unreadable: ReadonlyMap<string, number>;
  /** All rows at once: answers are small. */
  ask<Row extends SqlRow>(statement: Statement): Promise<Row[]>;
  /**
   * What a SELECT gives, to put behind FROM and be asked several things. Where the engine can it is kept, so that it is made once; where it
   * cannot (who may only read makes no tables) it is made each time.
   */
  keep(select: string): Promise<string>;
  /**
   * The same without the rows of which a condition is true.
   *
   * @param instead a kept relation, with all columns: its rows stand in their place
   * @returns what to put behind FROM from now on
   */
  replace(condition: string, instead?: string): Promise<string>;
  close(): Promise<void>;
}

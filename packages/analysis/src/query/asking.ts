import { type AuditEntry, entryOf, gapIn } from "@openrouter-audit/core";
import { daysSince } from "../entries/days.ts";
import type { EntryTable, SqlRow, SqlValue } from "../entries/entry-table.ts";
import { type CheckedFilter, checkFilter } from "../filter/check-filter.ts";
import type { EntryFilter } from "../filter/entry-filter.ts";
import { matcherOf } from "../filter/matches.ts";
import { mentionsOf } from "../filter/mentions.ts";
import { narrowingSql } from "../filter/narrowing-sql.ts";
import { SqlValues } from "../filter/sql-values.ts";
import type { QueryOptions } from "./query-options.ts";

/** What a search has of a row beside its key. */
export interface LineRow extends SqlRow {
  readonly line: string | null;
  readonly file: string | null;
  readonly day: string;
  /** Whether the line is no entry. */
  readonly broken: boolean;
}

/** What a search asks a table: SQL finds candidates, and their lines say what is wanted. */
export class Asking {
  readonly table: EntryTable;
  readonly filter: CheckedFilter;
  readonly options: QueryOptions;
  readonly isWanted: (entry: AuditEntry) => boolean;
  readonly #isGap: (entry: AuditEntry) => boolean;
  readonly #gapsTold = new Set<string>();

  /** @throws AuditError `INVALID_OPTIONS` */
  constructor(table: EntryTable, filter: EntryFilter, options: QueryOptions) {
    this.table = table;
    this.filter = checkFilter(filter);
    this.options = options;
    this.isWanted = matcherOf(this.filter);
    this.#isGap = gapIn(filter);
  }

  /** Those that may hold something that is wanted. */
  async days(): Promise<readonly string[]> {
    return daysSince(await this.table.days(this.options.signal), this.filter.since);
  }

  /** Rows of a SELECT, which is made with the values that its conditions need. */
  ask<Row extends SqlRow>(select: (wanted: string, values: SqlValues) => string): AsyncIterable<Row> {
    const values = new SqlValues();
    const text = select(`id is not null and ${narrowingSql(this.filter, values)}`, values);
    const gaps = this.options.onGap ? ['"audit.gap"'] : [];
    const mentions = mentionsOf(this.filter).map((group) => [...group, ...gaps]);
    return this.table.ask<Row>({ text, values: values.list as SqlValue[], mentions }, this.options.signal);
  }

  /** The same of one in which nothing of the filter stands. */
  askAll<Row extends SqlRow>(text: string): AsyncIterable<Row> {
    return this.table.ask<Row>({ text }, this.options.signal);
  }

  /** SQL that is true of rows that are told, whatever is asked for; null when nobody wants to be told. */
  get noticed(): string | null {
    const { onSkipped, onGap } = this.options;
    const told = [...(onSkipped ? ["id is null"] : []), ...(onGap ? ["event_type = 'audit.gap'"] : [])];
    return told.length > 0 ? told.join(" or ") : null;
  }

  /** The entry of a row, when it is wanted. Tells of lines that are none, and of gaps. */
  entryIn({ line, file, day, broken }: LineRow): AuditEntry | null {
    const entry = broken || line === null ? null : entryOf(Buffer.from(line));
    if (!entry) {
      this.options.onSkipped?.({ file: file ?? day, line: 0 });
      return null;
    }
    if (this.options.onGap && this.#isGap(entry) && !this.#gapsTold.has(entry.id)) {
      this.#gapsTold.add(entry.id);
      this.options.onGap(entry);
    }
    return this.isWanted(entry) ? entry : null;
  }
}

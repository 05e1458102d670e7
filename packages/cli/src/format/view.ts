import type { Column } from "./table.ts";

/** How rows of one kind are shown: as a table, as CSV, as JSON. */
export interface View<Row> {
  readonly columns: readonly Column<Row>[];
  readonly wideColumns: readonly Column<Row>[];
  readonly csvHead: string;
  readonly csv: (row: Row) => string;
  readonly json: (row: Row) => string;
  /** Formats of others, where there are any for such rows. */
  readonly formats?: Readonly<Record<string, (row: Row) => string>>;
  /** What one and several of them are called. */
  readonly counted: readonly [one: string, several: string];
  /** What to say when there are none. */
  readonly nothing: () => string;
}

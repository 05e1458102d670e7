/**
 * What stands in a table of a report: our own words and numbers, or what the log says, as it says it: every form escapes that in
 * its own way.
 */
export type Cell = string | LogText | Missing;

/** Text that somebody wrote into the log. */
export interface LogText {
  readonly log: string;
}

/** What stands where the log says nothing. */
export interface Missing {
  readonly missing: string;
}

export interface TableColumn {
  readonly title: string;
  readonly align?: "right";
  /** A time, a code: never cut, never on two lines. */
  readonly whole?: boolean;
  /** Sentences: a narrow form puts them on lines of their own. */
  readonly prose?: boolean;
  /** Whether a narrow form may leave it out; the last such column goes first. */
  readonly dispensable?: boolean;
}

/** A table that is the same in every form of a report. The first column names the row. */
export interface ReportTable {
  /** One word for links, unique in a report. */
  readonly id: string;
  readonly title: string;
  /** What the rows are, in a sentence. */
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** What is not among the rows; null when nothing is. */
  readonly more: string | null;
}

// Longer than any name; an entry may hold what somebody wrote to fill a page.
const longest = 300;

/** What the log says, or, where it says nothing, these words. */
export function said(value: string | null, missing: string): Cell {
  if (value === null) return { missing };
  // Who has no name, and who is nobody known, are two.
  if (value.trim() === "") return { log: `"${value}"` };
  return { log: value.length > longest ? `${value.slice(0, longest)}…` : value };
}

/** A cell without what tells its kind. */
export function textOfCell(cell: Cell): string {
  if (typeof cell === "string") return cell;
  return "log" in cell ? cell.log : cell.missing;
}

import { entryColumns } from "../entries/columns.ts";
import { answerOf, type SqlAnswer, type SqlColumn } from "./answer.ts";

/** What can be asked: entries that count, and lines as they stand there. */
export const views = ["entries", "lines"] as const;

/** A column of the view, for people. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  /** The member of the entry, as in docs/entry-format.md; of what is none, what it is. */
  readonly member: string;
}

/** The columns of `entries` and of `lines`, in their order. */
export const describedColumns: readonly DescribedColumn[] = [
  ...entryColumns.map(({ name, type, path }) => ({ name, type, member: path.join(".") })),
  { name: "entry", type: "json", member: "(the whole entry)" },
  { name: "line", type: "text", member: "(exactly as it was sealed)" },
  { name: "day", type: "text", member: "(the UTC day it was recorded on)" },
  { name: "file", type: "text", member: "(the file it stands in; null in Postgres)" },
];

const described: readonly SqlColumn[] = ["column", "type", "member"].map((name) => ({ name, type: "text" }));

/** Answers `describe entries` and `show tables` in every place alike; null: it is another statement. */
export function describe(text: string): SqlAnswer | null {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (/^(?:describe|desc|show columns from|show) (?:entries|lines)$/.test(words))
    return answerOf(described, rowsOf(describedColumns.map((column) => Object.values(column))), nothing);
  if (/^show (?:all )?tables$/.test(words))
    return answerOf([{ name: "name", type: "text" }], rowsOf(views.map((name) => [name])), nothing);
  return null;
}

async function nothing(): Promise<void> {
  // Nothing is open.
}

async function* rowsOf(rows: readonly (readonly string[])[]) {
  yield* rows;
}

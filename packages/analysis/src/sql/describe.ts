import { entryColumns } from "../entries/columns.ts";
import { answerOf, type SqlAnswer, type SqlColumn } from "./answer.ts";
import { countedNumbers } from "./calls-view.ts";

/** What can be asked: calls, entries that count, and lines as they stand there. */
export const views = ["calls", "entries", "lines"] as const;

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

/** Those of `calls`: where it says another thing than the member, what that is. */
export const describedCalls: readonly DescribedColumn[] = describedColumns.flatMap((column) => {
  const described = { ...column, member: countedNumbers[column.name]?.member ?? column.member };
  const lacksCost = {
    name: "lacks_cost",
    type: "boolean",
    member: "(it ought to have a cost, and none is told)",
  };
  return column.name === "entry" ? [lacksCost, described] : [described];
});

const described: readonly SqlColumn[] = ["column", "type", "member"].map((name) => ({ name, type: "text" }));

/** Answers `describe entries` and `show tables` in every place alike; null: it is another statement. */
export function describe(text: string): SqlAnswer | null {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const [, view] = /^(?:describe|desc|show columns from|show) (calls|entries|lines)$/.exec(words) ?? [];
  if (view !== undefined) {
    const columns = view === "calls" ? describedCalls : describedColumns;
    return answerOf(described, rowsOf(columns.map((column) => Object.values(column))), nothing);
  }
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

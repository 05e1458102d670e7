import { quoted } from "../duckdb/engine.ts";
import type { ColumnType, EntryColumn } from "../entries/columns.ts";

const sqlTypes: Readonly<Record<Exclude<ColumnType, "text" | "time">, string>> = {
  integer: "bigint",
  number: "double",
  boolean: "boolean",
};

/** Where a member of an entry stands, as JSON functions take it. */
export function memberPath(path: readonly string[]): string {
  return quoted(`$.${path.map((name) => `"${name}"`).join(".")}`);
}

/** A column out of the text of its member. What is not of its type is null: nobody has verified the line. */
export function cellOfText(text: string, { type }: EntryColumn): string {
  if (type === "text") return text;
  return type === "time" ? timeOf(text) : `try_cast(${text} as ${sqlTypes[type]})`;
}

/** `infinity` is none that arithmetic can be done with. */
function timeOf(text: string): string {
  return `try_cast(translate(${text}, 'iI', '') as timestamp)`;
}

import { fileList } from "../duckdb/sql-text.ts";
import type { EntryColumn } from "../entries/columns.ts";
import { EntryShape } from "./entry-shape.ts";
import { entryMembers, hasSealedMembers, longestLine } from "./is-entry.ts";
import { fileAndDay } from "./lines-relation.ts";

/** `entry->>'detail'`: a whole member. */
const memberOfEntry = /\bentry\s*->>?\s*'(\w+)'/g;
const seal = ["chain_hash", "signature"];

/**
 * A way to read members without the lines they stand in, in half the time: DuckDB takes them out while it reads a line for the first
 * time. It gives up at the first line that is no JSON object, or has a text where an object belongs: what has such a line is read
 * as {@link linesOf} has it.
 */
export interface MembersReading {
  /** SQL of rows with the columns, `readable`, `file` and `day`. */
  of(paths: readonly string[]): string;
  /** An expression over the columns of a relation, as it is written for these rows. */
  rewritten(sql: string): string;
}

/** Null when an expression needs the whole line. */
export function membersReading(
  columns: readonly EntryColumn[],
  expressions: readonly string[],
): MembersReading | null {
  const wholes = new Set<string>();
  const rewritten = (sql: string) =>
    sql.replace(memberOfEntry, (_, name: string) => {
      wholes.add(name);
      return `"${wholeOf(name)}"`;
    });
  for (const sql of expressions)
    if (/\b(?:entry|line)\b/.test(rewritten(sql).replaceAll(`"entry.`, ""))) return null;
  const told = [...entryMembers, ...seal];
  const without = new EntryShape(columns, told, [], false);
  // A member that columns are within cannot be had whole as well.
  if ([...wholes].some((name) => without.has(name))) return null;
  const shape = new EntryShape(columns, told, [...wholes], false);
  const cells = [
    ...columns.map((column) => `${shape.cellOf(column)} as "${column.name}"`),
    ...[...wholes].map((name) => `m."${name}" as "${wholeOf(name)}"`),
    `${hasSealedMembers} as readable`,
    fileAndDay("m.filename"),
  ];
  return {
    rewritten,
    of: (paths) => `select ${cells.join(", ")}
      from read_json(${fileList(paths)}, format = 'newline_delimited', records = true, auto_detect = false, filename = true,
        hive_partitioning = false, maximum_object_size = ${longestLine}, columns = ${shape.types}) as m`,
  };
}

const wholeOf = (name: string) => `entry.${name}`;

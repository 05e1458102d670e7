import { quoted } from "../duckdb/engine.ts";
import type { ColumnType, EntryColumn } from "../entries/columns.ts";

/** Where a member of an entry stands, as JSON functions take it. */
export function memberPath(path: readonly string[]): string {
  return quoted(`$.${path.map((name) => `"${name}"`).join(".")}`);
}

/** Whether a column is made of its member as JSON, where `"5"` is not 5; else of its text. */
export function isMadeOfJson({ type }: EntryColumn): boolean {
  return type === "integer" || type === "number" || type === "boolean";
}

const cells: Readonly<Record<ColumnType, (member: string) => string>> = {
  text: (text) => text,
  // `infinity` is a time that no arithmetic can be done with.
  time: (text) => `try_cast(translate(${text}, 'iI', '') as timestamp)`,
  number: (json) => `try_cast(cast(${json} as varchar) as double)`,
  boolean: (json) => `case cast(${json} as varchar) when 'true' then true when 'false' then false end`,
  integer: (json) => {
    const digits = `cast(${json} as varchar)`;
    const whole = `case when try_cast(${digits} as double) = floor(try_cast(${digits} as double)) then try_cast(${digits} as bigint) end`;
    // A cast would round, also 1e-3.
    return `case when contains(${digits}, '.') or contains(${digits}, '-') then ${whole} else try_cast(${digits} as bigint) end`;
  },
};

/**
 * A column out of its member: as JSON or as text, see {@link isMadeOfJson}. What is not of its type is null: nobody has verified the
 * line.
 */
export function cellOf(member: string, { type }: EntryColumn): string {
  return cells[type](member);
}

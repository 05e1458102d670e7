import { quoted } from "../duckdb/sql-text.ts";
import type { ColumnType, EntryColumn } from "../entries/columns.ts";

/** Where a member of an entry stands, as JSON functions take it. */
export function memberPath(path: readonly string[]): string {
  return quoted(`$.${path.map((name) => `"${name}"`).join(".")}`);
}

/** Whether a column is made of its member as JSON, where `"5"` is not 5; else of its text. */
export function isMadeOfJson({ type }: EntryColumn): boolean {
  return type === "integer" || type === "number" || type === "boolean";
}

/** RFC 3339 in UTC, to the microsecond: DuckDB takes other zones, days without a time, and `infinity` for times as well. */
const utcTime =
  "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z";

const cells: Readonly<Record<ColumnType, (member: string) => string>> = {
  text: (text) => text,
  time: (text) =>
    `case when regexp_full_match(${text}, '${utcTime}') then try_cast(${text} as timestamp) end`,
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

/** The same out of a member that was read as a number, where of whole numbers beyond 2^53 the last digits are lost. */
export function cellOfNumber(member: string, { type }: EntryColumn): string {
  return type === "integer"
    ? `case when ${member} = floor(${member}) then try_cast(${member} as bigint) end`
    : member;
}

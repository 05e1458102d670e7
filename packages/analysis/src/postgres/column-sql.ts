import { type EntryColumn, entryColumns } from "../entries/columns.ts";

/** What stands beside the columns of an entry. */
const besides: readonly (readonly [name: string, sql: string])[] = [
  ["entry", "e.entry"],
  ["line", "e.line"],
  ["file", "null::text"],
  ["day", "to_char(e.day, 'YYYY-MM-DD')"],
];

/**
 * The rows of a table as `entries`, for FROM. Partitions of other days are not looked at, and what is not asked for costs nothing:
 * the planner takes this apart.
 *
 * @param own the columns that the table has: what it has not is read from the jsonb
 */
export function entriesSql(quotedTable: string, own: readonly string[], days: readonly string[]): string {
  const has = new Set(own);
  const columns = [
    ...entryColumns.map((column) => [column.name, cellSql(column, has.has(column.name))] as const),
    ...besides,
  ];
  const selected = columns.map(([name, sql]) => `${sql} as "${name}"`).join(",\n  ");
  return `(select ${selected}\nfrom ${quotedTable} as e where ${ofDays(days)})`;
}

/** No function of the table is called: a reader may not, and nothing here fails whatever the member is. */
function cellSql({ name, path, type }: EntryColumn, hasOwn: boolean): string {
  const own = `e."${name}"`;
  if (!hasOwn) {
    const place = `'{${path.map((member) => `"${member}"`).join(",")}}'`;
    if (type === "text") return `e.entry #>> ${place}`;
    if (type === "boolean")
      return `case e.entry #> ${place} when 'true'::jsonb then true when 'false'::jsonb then false end`;
    throw new Error(`${name} has no column in the table.`);
  }
  if (type === "time") return `${own} at time zone 'UTC'`;
  if (type === "number") return doubleSql(own);
  return own;
}

/** A numeric as a double. What is too large for one, or too small, would be an error. */
function doubleSql(numeric: string): string {
  return `case when ${numeric} = 0 or abs(${numeric}) between 1e-300 and 1e300 then ${numeric}::double precision end`;
}

/** Constants: so the planner knows the partitions. */
function ofDays(days: readonly string[]): string {
  if (days.length === 0) return "false";
  for (const day of days) if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new TypeError(`${day} is no day.`);
  return `e.day in (${days.map((day) => `date '${day}'`).join(", ")})`;
}

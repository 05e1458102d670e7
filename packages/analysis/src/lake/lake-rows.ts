import { quoted } from "../duckdb/sql-text.ts";
import { entryColumns } from "../entries/columns.ts";
import { EntryShape } from "../journal/entry-shape.ts";
import { entryMembers, isEntryIn } from "../journal/is-entry.ts";
import { bareLine } from "./bare-line.ts";

const shape = new EntryShape(entryColumns, entryMembers);

/** The columns of `entries` as the journal has them; all null when the line is no entry. */
const cells = entryColumns.map((column) => ({
  name: column.name,
  cell: `case when readable then ${shape.cellOf(column)} end`,
}));

/** A relation with `line`, and beside all it has the members of the line as `m`. A line is parsed once for all. */
function withMembers(from: string): string {
  return `(select *, ${isEntryIn("bare")} as readable from (select *, from_json(json, ${quoted(shape.structure)}) as m
    from (select *, case when json_valid(bare) then cast(bare as json) end as json
      from (select *, ${bareLine} as bare from ${from}))))`;
}

/**
 * A select of the columns of a lake.
 *
 * @param from stands behind FROM: `line_number`, `line` (null when it is no UTF-8) and `line_bytes` (else null)
 */
export function lakeRows(from: string): string {
  const columns = cells.map(({ name, cell }) => `${cell} as "${name}"`).join(", ");
  return `select ${columns}, line_number, line, line_bytes from ${withMembers(from)}`;
}

/**
 * A select of the bytes of the lines of a lake, and of `contradicted`: the names of the columns that say something else than the line,
 * with commas; null when there are none.
 */
export function comparedRows(from: string): string {
  // A column for each, and not one expression of all: the engine plans that in two thirds of the time.
  const differing = cells.map(
    ({ name, cell }) =>
      `case when "${name}" is distinct from ${cell} then ${quoted(name)} end as "${name}_differs"`,
  );
  // As bytes: on its way to a text a byte order mark would be lost.
  return `select bytes, nullif(concat_ws(',', ${cells.map(({ name }) => `"${name}_differs"`).join(", ")}), '') as contradicted
    from (select coalesce(encode(line), line_bytes) as bytes, ${differing.join(", ")} from ${withMembers(from)})`;
}

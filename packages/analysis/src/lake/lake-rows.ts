import { quoted } from "../duckdb/engine.ts";
import { type EntryColumn, entryColumns } from "../entries/columns.ts";

const sqlTypes = {
  text: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  time: "timestamp",
};

const pathOf = ({ path }: Pick<EntryColumn, "path">) =>
  quoted(`$.${path.map((name) => `"${name}"`).join(".")}`);
const members = `[${entryColumns.map(pathOf).join(", ")}]`;
const entryMembers = ["id", "log", "timestamp", "event_type", "seq"].map((name) => pathOf({ path: [name] }));
const isEntry = `json_type(json, [${entryMembers.join(", ")}]) = ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'UBIGINT']`;

/** Each column out of `members`, the texts that the members of the entry are. */
const cells = entryColumns.map(({ name, type }, index) => {
  const member = `members[${index + 1}]`;
  return { name, cell: type === "text" ? member : `try_cast(${member} as ${sqlTypes[type]})` };
});

/** A relation with `line`, and beside all it has `members`: null when the line is no entry. A line is parsed once for all. */
function withMembers(from: string): string {
  return `(select *, case when ${isEntry} then json_extract_string(json, ${members}) end as members
    from (select *, case when json_valid(line) then cast(line as json) end as json from ${from}))`;
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
  const differing = cells.map(
    ({ name, cell }) => `case when "${name}" is distinct from ${cell} then ${quoted(name)} end`,
  );
  // As bytes: on its way to a text a byte order mark would be lost.
  return `select coalesce(encode(line), line_bytes) as bytes, nullif(concat_ws(',', ${differing.join(", ")}), '') as contradicted
    from ${withMembers(from)}`;
}

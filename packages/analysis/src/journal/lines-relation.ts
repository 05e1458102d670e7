import { fileList, quoted } from "../duckdb/sql-text.ts";
import { type EntryColumn, entryColumns } from "../entries/columns.ts";
import { cellOf, isMadeOfJson, memberPath } from "./cells.ts";
import { EntryShape } from "./entry-shape.ts";
import { entryMembers, isEntryIn, longestLine, looksReformed, looksUnsealed } from "./is-entry.ts";

/**
 * SQL of the lines of files: a row for each that is not empty, with the columns that are asked for, what stands beside them in a relation, and
 * `readable`, whether it is an entry.
 *
 * @param mentions of each group one text stands in the lines that are asked for, as in all that were sealed: others are left out, but
 * for those that do not look like such a line
 */
export function linesOf(
  paths: readonly string[],
  columns: readonly EntryColumn[],
  mentions: readonly (readonly string[])[] = [],
): string {
  return selectOf(paths, columns, columns, mentions);
}

/**
 * The same with all columns, for whoever may ask for them in a way of their own.
 *
 * @param asked those that are quick: each other one makes DuckDB read the line once more
 */
export function allOfLines(paths: readonly string[], asked: readonly EntryColumn[]): string {
  return selectOf(paths, asked, entryColumns, []);
}

/** Only what is needed: to plan all columns takes as long as to read some megabytes. */
function selectOf(
  paths: readonly string[],
  columns: readonly EntryColumn[],
  selected: readonly EntryColumn[],
  mentions: readonly (readonly string[])[],
): string {
  const shape = new EntryShape(columns, entryMembers);
  const isEntry = isEntryIn("line");
  const cells = selected.map((column) => {
    const isAsked = columns.includes(column);
    const cell = isAsked
      ? shape.cellOf(column)
      : cellOf(`(entry${isMadeOfJson(column) ? "->" : "->>"}${memberPath(column.path)})`, column);
    return `${column.name === "id" ? `case when ${isEntry} then ${cell} end` : cell} as "${column.name}"`;
  });
  // Were it not for random(), each mention of a column in a condition would read the line again: a condition is moved to where what
  // it speaks of is made, except where that is not the same twice.
  const members = `case when random() >= 0 then from_json(entry, ${quoted(shape.structure)}) end as m`;
  return `select ${[...cells, `${isEntry} as readable`].join(", ")}, entry, line, file, day
    from (select *, ${members} from ${readLines(paths)}${mentioning(mentions)})`;
}

function mentioning(groups: readonly (readonly string[])[]): string {
  if (groups.length === 0) return "";
  const mentioned = groups.map(
    (group) => `(${group.map((text) => `contains(line, ${quoted(rareEndOf(text))})`).join(" or ")})`,
  );
  return ` where ${mentioned.join(" and ")} or ${looksUnsealed("line")} or ${looksReformed("line")}`;
}

/** The characters of lines, the most common first; all others are rarer. */
const byCommonness = `"eal:tsn,rouic0_d1pm2f-h56798b34vgk.y/{}qwTxZz[]OSPIA=`;
const leastSought = 6;

/** The end of a text that begins with its rarest character: DuckDB looks for the first character of a text, and compares only there. */
function rareEndOf(text: string): string {
  const rarity = (character: string) =>
    (byCommonness.indexOf(character) + byCommonness.length) % byCommonness.length;
  let start = 0;
  for (let index = 1; index + leastSought <= text.length; index += 1)
    if (rarity(text[index]!) > rarity(text[start]!) && !/[\udc00-\udfff]/.test(text[index]!)) start = index;
  return text.slice(start);
}

/** `entry` and `line`, null for what is no JSON, with `file` and `day`. */
function readLines(paths: readonly string[]): string {
  if (paths.length === 0)
    return `(select null::json as entry, null::varchar as line, null::varchar as file, null::varchar as day where false)`;
  return `(select json as entry, cast(json as varchar) as line, ${fileAndDay("filename")}
    from read_ndjson_objects(${fileList(paths)}, ignore_errors = true, filename = true, hive_partitioning = false,
      maximum_object_size = ${longestLine}))`;
}

/** The name of a file, and the day in it, out of its path. */
export function fileAndDay(path: string): string {
  const name = `parse_filename(${path})`;
  return `${name} as file, substring(${name}, ${"audit_".length + 1}, ${"YYYY-MM-DD".length}) as day`;
}

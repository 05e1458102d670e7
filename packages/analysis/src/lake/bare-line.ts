import { quoted } from "../duckdb/sql-text.ts";

const space = quoted(" \t\n\v\f\r");

/**
 * SQL: `line` without the white space around it, as DuckDB reads the lines of a file. To look at all characters of each line takes longer than all
 * else that is done with it.
 */
export const bareLine = `case when starts_with(line, '{') and ends_with(line, '}') then line else trim(line, ${space}) end`;

/** SQL: whether a row of a lake is a line. Of nothing but white space there are only bytes. */
export const isLine = `(line_bytes is null or trim(coalesce(try(decode(line_bytes)), '?'), ${space}) <> '')`;

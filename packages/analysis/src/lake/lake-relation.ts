import { fileList } from "../duckdb/sql-text.ts";
import { entryColumns } from "../entries/columns.ts";
import { fileAndDay } from "../journal/lines-relation.ts";
import { bareLine, isLine } from "./bare-line.ts";
import type { LakeFile } from "./layout.ts";

/** The rows of Parquet files as `entries`, for FROM. What is not asked for is not read. */
export function relationOf(files: readonly LakeFile[]): string {
  const columns = entryColumns.map(({ name }) => `"${name}"`).join(", ");
  const besides = `case when id is not null then cast(${bareLine} as json) end as entry, ${bareLine} as line, ${fileAndDay("filename")}`;
  return `(select ${columns}, ${besides} from ${files.length > 0 ? parquetRows(files) : nothing} where ${isLine})`;
}

/** All columns of the files, and the path of the file as `filename`. */
export function parquetRows(files: readonly LakeFile[]): string {
  return `read_parquet(${fileList(files.map(({ path }) => path))}, filename = true, hive_partitioning = false)`;
}

const sqlTypes = {
  text: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  time: "timestamp",
};
const nulls = entryColumns.map(({ name, type }) => `cast(null as ${sqlTypes[type]}) as "${name}"`).join(", ");
const nothing = `(select ${nulls}, cast(null as varchar) as line, cast(null as blob) as line_bytes, cast(null as varchar) as filename where false)`;

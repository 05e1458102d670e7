import type { DuckDBConnection } from "@duckdb/node-api";
import { fileList } from "../duckdb/sql-text.ts";
import { type LakeFile, lakeFiles } from "./layout.ts";

/** What a lake holds. */
export interface LakeTotals {
  readonly files: number;
  readonly entries: number;
  readonly unreadableLines: number;
  /** What the sources of its files had, unpacked. */
  readonly sourceBytes: number;
  readonly lakeBytes: number;
}

/** Counts by what the files say of themselves: no row is read. */
export async function totalsOf(
  connection: DuckDBConnection,
  directory: string,
  isWanted: (file: LakeFile) => boolean,
): Promise<LakeTotals> {
  const files = lakeFiles(directory).filter(isWanted);
  if (files.length === 0) return { files: 0, entries: 0, unreadableLines: 0, sourceBytes: 0, lakeBytes: 0 };
  const paths = fileList(files.map(({ path }) => path));
  const rows = await connection.runAndReadAll(`select
      (select coalesce(sum(num_values), 0)::double from parquet_metadata(${paths}) where path_in_schema = 'id') as lines,
      (select coalesce(sum(stats_null_count), 0)::double from parquet_metadata(${paths}) where path_in_schema = 'id') as unreadable,
      (select coalesce(sum(cast(decode(value) as bigint)), 0)::double from parquet_kv_metadata(${paths})
        where decode(key) = 'openrouter_audit.source_bytes') as source_bytes`);
  const [{ lines, unreadable, source_bytes } = {}] = rows.getRowObjectsJson() as Record<string, number>[];
  return {
    files: files.length,
    entries: lines! - unreadable!,
    unreadableLines: unreadable!,
    sourceBytes: source_bytes!,
    lakeBytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

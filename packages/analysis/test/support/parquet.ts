import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** All that comes. */
export async function all<T>(coming: AsyncIterable<T>): Promise<T[]> {
  const come: T[] = [];
  for await (const each of coming) come.push(each);
  return come;
}

/** Rows of a statement, asked of the engine itself. */
export async function duckdb(statement: string) {
  const engine = await DuckDBInstance.create();
  const connection = await engine.connect();
  try {
    return (await connection.runAndReadAll(statement)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    engine.closeSync();
  }
}

/** The one it has takes a byte order mark off. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString(),
};

/** A Parquet file as another implementation reads it. */
export async function parquet(path: string) {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const rows = (await parquetReadObjects({ file, metadata, compressors, utf8: false, parsers })) as Record<
    string,
    unknown
  >[];
  return {
    rows,
    columns: parquetSchema(metadata).children.map(({ element }) => element),
    said: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value])),
    /** Each line exactly as it was, by its number. */
    lines: rows.map(({ line_number, line, line_bytes }) => [
      Number(line_number),
      Buffer.from((line ?? line_bytes) as string | Uint8Array).toString("latin1"),
    ]),
  };
}

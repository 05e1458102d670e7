import type { DuckDBConnection } from "@duckdb/node-api";
import { AuditError } from "@openrouter-audit/core";
import { fileList, quoted } from "../duckdb/sql-text.ts";
import type { LakeFile } from "./layout.ts";

// docs/lake.md, "What a file says of itself".

/** The version of the layout and the columns; a file of another one is written anew. */
export const lakeVersion = "1";

/** What the lines of a Parquet file were when it was written. */
export interface Provenance {
  /** The name of the journal file, without `.gz`; of a store, its name and the day. */
  readonly source: string;
  /** Of the source, unpacked. */
  readonly sourceBytes: number;
  /** Of the same bytes, in hexadecimal. */
  readonly sha256: string;
  /** Lines that are not empty: the rows. */
  readonly lines: number;
  /** False when the last line of the source had no line end. */
  readonly ended: boolean;
}

const prefix = "openrouter_audit.";

/** As DuckDB takes it, behind `kv_metadata`. */
export function metadataOf(provenance: Provenance, writer: string): string {
  const pairs = {
    lake: lakeVersion,
    writer,
    source: provenance.source,
    source_bytes: String(provenance.sourceBytes),
    source_sha256: provenance.sha256,
    lines: String(provenance.lines),
    ended: String(provenance.ended),
  };
  const members = Object.entries(pairs).map(([key, value]) => `${quoted(prefix + key)}: ${quoted(value)}`);
  return `{${members.join(", ")}}`;
}

/**
 * What a Parquet file says of itself, and the version of the lake that it is of; null when it was written by something else.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` for one that is no Parquet file
 */
export async function provenanceOf(
  connection: DuckDBConnection,
  { path }: Pick<LakeFile, "path">,
): Promise<(Provenance & { readonly version: string }) | null> {
  const pairs = new Map<string, string>();
  try {
    const found = await connection.runAndReadAll(
      `select decode(key) as key, decode(value) as value from parquet_kv_metadata(${fileList([path])})`,
    );
    for (const { key, value } of found.getRowObjectsJson())
      if (String(key).startsWith(prefix)) pairs.set(String(key).slice(prefix.length), String(value));
  } catch (cause) {
    throw unreadableParquet(path, cause);
  }
  const version = pairs.get("lake");
  if (version === undefined) return null;
  return {
    version,
    source: pairs.get("source") ?? "",
    sourceBytes: Number(pairs.get("source_bytes")),
    sha256: pairs.get("source_sha256") ?? "",
    lines: Number(pairs.get("lines")),
    ended: pairs.get("ended") !== "false",
  };
}

/** That a file of a lake cannot be read. */
export function unreadableParquet(path: string, cause: unknown): AuditError {
  const why = (cause as Error).message.split("\n")[0]!.replace(/\.$/, "");
  return new AuditError(
    "JOURNAL_UNREADABLE",
    `Cannot read ${path}: ${why}. In the folders of a lake are the Parquet files that openrouter-audit lake wrote, and nothing else: ` +
      "move what is not one of them away, or write it again.",
    { cause },
  );
}

/** What the engine says of a file of a lake that is not as it should be; all else, such as a mistake in a question, as it is. */
export function unreadableIn(directory: string, error: unknown): unknown {
  const { message } = error as Error;
  // As it stands in SQL too.
  const named = [directory, directory.replace(/[[*?]/g, "[$&]")].some((path) => message.includes(path));
  const isOfFile = named || /parquet|thrift|decompress|zstd|snappy/i.test(message);
  return error instanceof AuditError || !isOfFile ? error : unreadableParquet(directory, error);
}

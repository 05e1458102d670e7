import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { isBlank } from "@openrouter-audit/core/seal";
import { openInstance } from "../duckdb/open-instance.ts";
import { fileList, quoted } from "../duckdb/sql-text.ts";
import { lakeRows } from "./lake-rows.ts";
import { metadataOf, type Provenance } from "./provenance.ts";
import type { SourceFile } from "./source-files.ts";

// What is searched for stands in few lines, and a row group is unpacked as a whole: of 2 KB lines, 16 MB.
const rowsOfGroup = 8192;
// What is in memory at once. More than that is written in parts first, which are then put together.
const mostRows = 8 * rowsOfGroup;
const mostBytes = 64 << 20;

/**
 * The engine that writes. It keeps what does not fit into memory on the disk of the lake, where there has to be room anyway.
 *
 * @throws AuditError `ENGINE_MISSING`
 */
export function startWriter(staging: string): Promise<DuckDBInstance> {
  return openInstance(staging, { threads: 2, memoryLimit: "512MB" });
}

/** Makes Parquet files of lines, one after the other. */
export class ParquetWriter {
  readonly #connection: DuckDBConnection;
  readonly #staging: string;
  readonly #writer: string;

  /** @param writer as the files name it */
  constructor(connection: DuckDBConnection, staging: string, writer: string) {
    this.#connection = connection;
    this.#staging = staging;
    this.#writer = writer;
  }

  /** @returns the path of the draft, and what was read @throws what reading throws, and what the engine says */
  async write(
    file: SourceFile,
    onRead: (bytes: number) => void,
  ): Promise<{ readonly draft: string; readonly provenance: Provenance }> {
    const parts: string[] = [];
    let table = await this.#emptyTable();
    try {
      const read = await file.read({
        line: (bytes, number) => table.add(bytes, number),
        pause: async () => {
          if (!table.isFull) return;
          table.end();
          parts.push(await this.#copy(lakeRows("lines_as_text"), "snappy"));
          table = await this.#emptyTable();
        },
        read: onRead,
      });
      table.end();
      const provenance = { source: file.source, ...read };
      if (parts.length > 0 && table.rows > 0)
        parts.push(await this.#copy(lakeRows("lines_as_text"), "snappy"));
      const all = parts.length > 0 ? `from read_parquet(${fileList(parts)})` : lakeRows("lines_as_text");
      const metadata = `kv_metadata ${metadataOf(provenance, this.#writer)}`;
      return { draft: await this.#copy(all, "zstd", metadata), provenance };
    } finally {
      table.end();
      for (const part of parts) rmSync(part, { force: true });
    }
  }

  async #emptyTable(): Promise<LineTable> {
    await this.#connection.run(
      "create or replace temp table lines (line_number integer, text blob, line_bytes blob)",
    );
    await this.#connection.run(
      "create or replace temp view lines_as_text as select line_number, decode(text) as line, line_bytes from lines",
    );
    return new LineTable(await this.#connection.createAppender("lines"));
  }

  async #copy(select: string, compression: string, options = ""): Promise<string> {
    // Not `.parquet`: who reads all that end so must not meet it.
    const path = join(this.#staging, `${randomUUID()}.draft`);
    try {
      await this.#connection.run(`copy (${select}) to ${quoted(path)}
        (format parquet, compression ${compression}, row_group_size ${rowsOfGroup}${options && `, ${options}`})`);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    return path;
  }
}

/** Lines on their way to the engine. */
class LineTable {
  rows = 0;
  #bytes = 0;
  #appender: DuckDBAppender | null;

  constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  add(bytes: Buffer, number: number): void {
    const appender = this.#appender!;
    appender.appendInteger(number);
    if (isUtf8(bytes) && !isBlank(bytes)) {
      appender.appendBlob(bytes);
      appender.appendNull();
    } else {
      appender.appendNull();
      appender.appendBlob(bytes);
    }
    appender.endRow();
    this.rows += 1;
    this.#bytes += bytes.length;
  }

  get isFull(): boolean {
    return this.rows >= mostRows || this.#bytes >= mostBytes;
  }

  end(): void {
    this.#appender?.closeSync();
    this.#appender = null;
  }
}

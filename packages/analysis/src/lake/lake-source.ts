import type { DuckDBConnection } from "@duckdb/node-api";
import type { AuditSource, SourceDay, SourceLine, SourceSnapshot, WantedLines } from "@openrouter-audit/core";
import { type Engine, startEngine } from "../duckdb/engine.ts";
import { fileList, quoted } from "../duckdb/sql-text.ts";
import { comparedRows } from "./lake-rows.ts";
import { type LakeFile, lakeFiles } from "./layout.ts";
import { type Provenance, provenanceOf, unreadableParquet } from "./provenance.ts";
import { readLake } from "./read-lake.ts";

type ReadableFile = LakeFile & { readonly provenance: Provenance | null };

/**
 * A lake as a source: to verify and prove as on the files that it was made of. Entries are made from the lines, never from the
 * columns; a column that says something else than its line is told.
 */
export function lakeSource(directory: string): AuditSource {
  return {
    name: directory,
    read: (options) => readLake(directory, options),
    snapshot: () => snapshotOf(directory),
  };
}

async function snapshotOf(directory: string): Promise<SourceSnapshot> {
  const engine = await startEngine();
  try {
    const connection = await engine.connect();
    const days = new Map<string, ReadableFile[]>();
    for (const file of lakeFiles(directory)) {
      const ofDay = days.get(file.day) ?? [];
      ofDay.push({ ...file, provenance: await provenanceOf(connection, file) });
      days.set(file.day, ofDay);
    }
    connection.closeSync();
    return {
      days: [...days].map(([day, files]) => dayOf(engine, day, files)),
      close: async () => engine.closeSync(),
    };
  } catch (error) {
    engine.closeSync();
    throw error;
  }
}

function dayOf(engine: Engine, day: string, files: readonly ReadableFile[]): SourceDay {
  return {
    day,
    bytes: files.reduce((sum, { provenance }) => sum + (provenance?.sourceBytes ?? 0), 0),
    async *lines(wanted) {
      const connection = await engine.connect();
      try {
        for (const file of files) yield* linesOf(connection, file, wanted);
      } finally {
        connection.closeSync();
      }
    },
  };
}

async function* linesOf(
  connection: DuckDBConnection,
  { path, provenance }: ReadableFile,
  wanted: WantedLines | undefined,
): AsyncGenerator<SourceLine> {
  const rows = `read_parquet(${fileList([path])}, hive_partitioning = false)`;
  const some = wanted ? `(select * from ${rows} where ${conditionOf(wanted)})` : rows;
  const isLast = (number: number) => !wanted && number === provenance?.lines;
  let rowNumber = 0;
  try {
    const result = await connection.stream(comparedRows(some));
    for await (const chunk of result.yieldRowsJs()) {
      for (const [bytes, contradicted] of chunk as [Uint8Array, string | null][]) {
        rowNumber += 1;
        yield {
          line: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
          ...(isLast(rowNumber) && provenance?.ended === false && { ended: false }),
          ...(contradicted && { contradicted: contradicted.split(",") }),
        };
      }
    }
  } catch (error) {
    if ((error as { code?: string }).code !== undefined) throw error;
    throw unreadableParquet(path, error);
  }
}

function conditionOf(wanted: WantedLines): string {
  if ("id" in wanted) return `id = ${quoted(wanted.id)}`;
  const { log, seq } = wanted;
  return `log = ${quoted(log)}${seq === undefined ? "" : ` and seq = ${Number(seq)}`}`;
}

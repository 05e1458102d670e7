import type { DuckDBConnection } from "@duckdb/node-api";
import {
  type AuditEntry,
  entryOf,
  gapIn,
  isProcessEnded,
  matcherOf,
  type ReadSourceOptions,
} from "@openrouter-audit/core";
import { isBlank } from "@openrouter-audit/core/seal";
import { startEngine } from "../duckdb/engine.ts";
import { dayOf } from "../entries/days.ts";
import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { RecentIds } from "../entries/recent-ids.ts";
import { parquetRows } from "./lake-relation.ts";
import { type LakeFile, lakeFiles } from "./layout.ts";
import { unreadableParquet } from "./provenance.ts";

/** The entries of a lake as those of a journal: `readJournal` says which, and in what order. */
export async function* readLake(
  directory: string,
  { newest, signal, ...options }: ReadSourceOptions = {},
): AsyncGenerator<AuditEntry> {
  const last: AuditEntry[] = [];
  for await (const entry of entriesOf(directory, options)) {
    signal?.throwIfAborted();
    if (newest === undefined) yield entry;
    else if (last.push(entry) >= 2 * newest + 1) last.splice(0, last.length - newest);
  }
  if (newest) yield* last.slice(-newest);
}

async function* entriesOf(directory: string, options: ReadSourceOptions): AsyncGenerator<AuditEntry> {
  const wanted = matcherOf(options);
  const isGap = gapIn(options);
  const fromDay = options.since ? dayOf(options.since) : "";
  const files = lakeFiles(directory).filter(({ day }) => day >= fromDay);
  const engine = await startEngine();
  const connection = await engine.connect();
  const recent = new RecentIds();
  let ended: ReadonlySet<string> | null = null;
  try {
    for (const day of new Set(files.map((file) => file.day))) {
      const ofDay = files.filter((file) => file.day === day);
      for await (const { file, line, bytes } of linesOf(connection, ofDay)) {
        const entry = entryOf(bytes);
        if (!entry && !isBlank(bytes)) options.onSkipped?.({ file, line });
        const tellsGap = entry !== null && options.onGap !== undefined && isGap(entry);
        if (!entry || !(tellsGap || wanted(entry)) || !recent.isNew(entry.id)) continue;
        if (tellsGap) options.onGap?.(entry);
        if (!wanted(entry)) continue;
        if (isProcessEnded(entry)) {
          ended ??= await realEnds(connection, files);
          if (ended.has(entry.exchange_id!)) continue;
        }
        yield entry;
      }
    }
  } finally {
    connection.closeSync();
    engine.closeSync();
  }
}

/** The lines of a day; those of several files in the order of their times. */
async function* linesOf(connection: DuckDBConnection, files: readonly LakeFile[]) {
  const order = files.length > 1 ? "order by recorded_at" : "";
  try {
    const result =
      await connection.stream(`select parse_filename(filename), line_number, coalesce(encode(line), line_bytes)
      from ${parquetRows(files)} ${order}`);
    for await (const chunk of result.yieldRowsJs())
      for (const [file, line, bytes] of chunk as [string, number, Uint8Array][])
        yield { file, line, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) };
  } catch (error) {
    if ((error as { code?: string }).code !== undefined) throw error;
    throw unreadableParquet(files[0]!.path, error);
  }
}

/** The exchanges that were taken for ended with their process, and have their real end as well. */
async function realEnds(
  connection: DuckDBConnection,
  files: readonly LakeFile[],
): Promise<ReadonlySet<string>> {
  const found =
    await connection.runAndReadAll(`with entries as (select exchange_id, event_type, status, error_type
      from ${parquetRows(files)} where id is not null and exchange_id is not null)
    select distinct exchange_id from entries
    where ${isRealEnd()} and exchange_id in (select exchange_id from entries where ${isPresumedEnd()})`);
  return new Set(found.getRows().map(([id]) => String(id)));
}

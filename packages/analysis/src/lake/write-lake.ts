import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError, type AuditSource } from "@openrouter-audit/core";
import { lockDirectory } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions } from "@openrouter-audit/core/sink";
import { dayOf } from "../entries/days.ts";
import { aBoolean, aSignal, aText, aTime } from "../entries/option-rules.ts";
import { LakeFolder } from "./lake-folder.ts";
import { type LakeTotals, totalsOf } from "./lake-totals.ts";
import { foreignIn, type LakeFile, stagingName } from "./layout.ts";
import { ParquetWriter, startWriter } from "./parquet-writer.ts";
import { daysOfStore, filesOfJournal, type SourceFile } from "./source-files.ts";

export interface WriteLakeOptions {
  /** Only the files of the UTC day of this time, and of later ones; others stay as they are. @default from the beginning */
  readonly since?: Date | undefined;
  /** Only the files of days that began before this time. @default to the end */
  readonly until?: Date | undefined;
  /** Whether to remove from the lake what the source no longer has. @default false: it is only told */
  readonly prune?: boolean | undefined;
  /** How the files name who wrote them. @default "@openrouter-audit/analysis" */
  readonly writer?: string | undefined;
  readonly onProgress?: ((done: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
  /** Stops it: what was written by then stays, and the next run goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

/** What was done, and what the lake holds now (of the days that were asked for). Files are named below the lake. */
export interface WrittenLake extends LakeTotals {
  readonly directory: string;
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** What is in the lake and no longer in the source: retention has not reached it yet. */
  readonly onlyInLake: readonly string[];
  /** What could not be read to its end: the lake has of it what it had before. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Brings a lake to what a journal (its archives too) or a store has: docs/lake.md. Files that did not change are not read.
 * Each file is there whole or not at all, whatever ends this.
 *
 * @param source a journal directory, or a store that a sink has filled
 * @param directory the lake; made, with 0700, when it is not there
 * @throws AuditError `INVALID_OPTIONS` for a directory that holds something else, or is the lake of another journal; `JOURNAL_ALREADY_OPEN` while another process writes
 * there; `JOURNAL_UNREADABLE`; `LAKE_UNWRITABLE`; the signal's reason
 */
export async function writeLake(
  source: string | AuditSource,
  directory: string,
  options: WriteLakeOptions = {},
): Promise<WrittenLake> {
  checkOptions("writeLake", options, {
    since: aTime,
    until: aTime,
    prune: aBoolean,
    writer: aText,
    onProgress: aFunction,
    signal: aSignal,
  });
  if (typeof source === "string") return writeFiles(filesOfJournal(source), source, directory, options);
  const snapshot = await source.snapshot();
  try {
    return await writeFiles(daysOfStore(source, snapshot), source.name, directory, options);
  } finally {
    await snapshot.close();
  }
}

async function writeFiles(
  files: readonly SourceFile[],
  name: string,
  directory: string,
  options: WriteLakeOptions,
): Promise<WrittenLake> {
  // Of a place that was mistyped nothing is to be done, and least of all to be removed from the lake.
  if (files.length === 0) throw new AuditError("JOURNAL_UNREADABLE", `There are no entries in ${name}.`);
  const staging = prepare(directory);
  const release = lockDirectory(staging);
  try {
    sweep(staging);
    return await bringUp(files, name, directory, staging, options);
  } finally {
    sweep(staging);
    release();
  }
}

async function bringUp(
  files: readonly SourceFile[],
  name: string,
  directory: string,
  staging: string,
  options: WriteLakeOptions,
): Promise<WrittenLake> {
  const engine = await startWriter(staging);
  const connection = await engine.connect();
  const stop = () => connection.interrupt();
  options.signal?.addEventListener("abort", stop);
  try {
    const writer = new ParquetWriter(connection, staging, options.writer ?? "@openrouter-audit/analysis");
    const lake = await LakeFolder.open(directory, connection, writer);
    await lake.checkSameJournal(name, files);
    const wanted = files.filter((file) => isOfDays(file, options));
    const progress = progressOver(wanted, options.onProgress);
    const done: Record<"written" | "unchanged", string[]> = { written: [], unchanged: [] };
    const refused: { file: string; reason: string }[] = [];
    for (const file of wanted) {
      options.signal?.throwIfAborted();
      const outcome = await lake.bring(file, progress.read);
      if (typeof outcome === "string") done[outcome].push(file.name);
      else refused.push({ file: file.source, reason: outcome.reason });
      progress.end(file);
    }
    const gone = lake.without(files).filter((file) => isOfDays(file, options));
    const removable = gone.filter(({ isDoubled }) => options.prune || isDoubled);
    for (const file of removable) lake.remove(file);
    const names = (some: readonly LakeFile[]) => some.map((file) => file.name);
    return {
      directory,
      ...done,
      removed: names(removable),
      onlyInLake: names(gone.filter((file) => !removable.includes(file))),
      refused,
      ...(await totalsOf(connection, directory, (file) => isOfDays(file, options))),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    connection.closeSync();
    engine.closeSync();
  }
}

/** Makes the directory, unless it holds something else. @returns where drafts are written */
function prepare(directory: string): string {
  const found = statSync(directory, { throwIfNoEntry: false });
  const foreign = found && (found.isDirectory() ? foreignIn(directory) : [directory]);
  if (foreign?.length) {
    const what = foreign.slice(0, 3).join(", ");
    throw new AuditError(
      "INVALID_OPTIONS",
      `${directory} is no lake: it holds something else (${what}). Name a directory that is empty, or not there yet.`,
    );
  }
  const staging = join(directory, stagingName);
  try {
    mkdirSync(staging, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `Cannot write to ${directory}: ${(cause as Error).message}.`;
    throw new AuditError("LAKE_UNWRITABLE", message, { cause });
  }
  return staging;
}

/** Removes what a run that was killed left behind. Only while the lock is held. */
function sweep(staging: string): void {
  for (const name of readdirSync(staging))
    if (!name.startsWith("lock")) rmSync(join(staging, name), { recursive: true, force: true });
}

function isOfDays({ day }: { readonly day: string }, { since, until }: WriteLakeOptions): boolean {
  return (!since || day >= dayOf(since)) && (!until || Date.parse(day) < until.getTime());
}

function progressOver(files: readonly SourceFile[], onProgress: WriteLakeOptions["onProgress"]) {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  let read = 0;
  const tell = (bytes: number) => onProgress?.({ bytes: Math.min(bytes, totalBytes), totalBytes });
  return {
    read: (bytes: number) => {
      read += bytes;
      tell(before + read);
    },
    end: ({ size }: SourceFile) => {
      before += size;
      read = 0;
      tell(before);
    },
  };
}

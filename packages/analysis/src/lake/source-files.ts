import { createHash, type Hash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import {
  type AuditSource,
  dayOfFile,
  isArchive,
  journalFiles,
  type SourceDay,
  type SourceSnapshot,
} from "@openrouter-audit/core";
import { LineSplitter, readBytes } from "@openrouter-audit/core/seal";
import { lakeNameOf } from "./layout.ts";
import type { Provenance } from "./provenance.ts";

/** What a Parquet file is to be made of. */
export interface SourceFile {
  /** Of the Parquet file, below the lake. */
  readonly name: string;
  readonly day: string;
  /** As the Parquet file names it. */
  readonly source: string;
  /** As it is stored; about, of a store. */
  readonly size: number;
  /** Of a plain file, its bytes; of an archive null, which only reading tells. Null of a store, of which only reading tells anything. */
  readonly stamp: { readonly bytes: number | null; readonly modifiedMs: number } | null;
  /** Its first line, by which it is known again; null of a store, which is known by its name. @throws RefusedFile */
  firstLine(): Promise<Buffer | null>;
  /** @returns what it was that was read @throws RefusedFile for an archive that does not unpack */
  read(reader: LineReader): Promise<Omit<Provenance, "source">>;
}

/** Takes lines, which are good until it returns. */
export interface LineReader {
  /** @param number 1-based, with empty lines counted */
  line(bytes: Buffer, number: number): void;
  /** Now and then: nothing more comes until it has done what it has to. */
  pause?(): Promise<void>;
  /** So many more bytes were read of it, as it is stored. */
  read?(bytes: number): void;
}

/** The files of a journal directory, archives too. */
export function filesOfJournal(directory: string): SourceFile[] {
  const names = journalFiles(directory);
  return names.map((file) => {
    const path = join(directory, file);
    const { size, mtimeMs } = statSync(path);
    const plain = file.replace(/\.gz$/, "");
    return {
      name: lakeNameOf(file, isArchive(file) && names.includes(plain)),
      day: dayOfFile(file)!,
      source: plain,
      size,
      stamp: { bytes: isArchive(file) ? null : size, modifiedMs: Math.trunc(mtimeMs) },
      firstLine: () => firstLineOf(path),
      read: (reader) => readJournalFile(path, reader),
    };
  });
}

/** What a store has of each day, as the file of that day. */
export function daysOfStore({ name }: Pick<AuditSource, "name">, { days }: SourceSnapshot): SourceFile[] {
  return days.map((each) => ({
    name: lakeNameOf(`audit_${each.day}.jsonl`),
    day: each.day,
    source: `${name}, ${each.day}`,
    size: each.bytes ?? 0,
    stamp: null,
    firstLine: async () => null,
    read: (reader) => readDay(each, reader),
  }));
}

async function firstLineOf(path: string): Promise<Buffer | null> {
  const splitter = new LineSplitter();
  for await (const block of readBytes(path))
    for (const { bytes } of splitter.push(block)) return Buffer.from(bytes);
  for (const { bytes } of splitter.end()) return Buffer.from(bytes);
  return null;
}

async function readJournalFile(path: string, reader: LineReader): Promise<Omit<Provenance, "source">> {
  const hash = createHash("sha256");
  const splitter = new LineSplitter();
  let sourceBytes = 0;
  let lines = 0;
  let ended = true;
  for await (const block of readBytes(path, (bytes) => reader.read?.(bytes))) {
    hash.update(block);
    sourceBytes += block.length;
    for (const line of splitter.push(block)) {
      lines += 1;
      reader.line(line.bytes, line.number);
    }
    await reader.pause?.();
  }
  for (const line of splitter.end()) {
    lines += 1;
    ended = false;
    reader.line(line.bytes, line.number);
  }
  return { sourceBytes, sha256: hash.digest("hex"), lines, ended };
}

const linesAtOnce = 512;

async function readDay(day: SourceDay, reader: LineReader): Promise<Omit<Provenance, "source">> {
  const hash: Hash = createHash("sha256");
  let sourceBytes = 0;
  let lines = 0;
  let told = 0;
  for await (const { line } of day.lines()) {
    const bytes = typeof line === "string" ? Buffer.from(line) : line;
    hash.update(bytes).update("\n");
    sourceBytes += bytes.length + 1;
    lines += 1;
    reader.line(bytes, lines);
    if (lines % linesAtOnce > 0) continue;
    reader.read?.(sourceBytes - told);
    told = sourceBytes;
    await reader.pause?.();
  }
  return { sourceBytes, sha256: hash.digest("hex"), lines, ended: true };
}

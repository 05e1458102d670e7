import { isArchive } from "@openrouter-audit/core";
import type { Engine } from "../duckdb/engine.ts";
import { EngineSnapshot } from "../duckdb/engine-snapshot.ts";
import type { SnapshotOptions } from "../entries/entry-table.ts";
import { checkUncut, type FileChecks } from "./file-checks.ts";
import { type JournalFile, sizeOf } from "./journal-files.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import { naming } from "./unreadable-file.ts";

/** So much is read by one statement: what has to be read again when a line is damaged. */
const bytesAtOnce = 512 << 20;
/** What an archive has more when it is unpacked. */
const timesLarger = 4;

/** Entries of files, copied. @throws AuditError `JOURNAL_UNREADABLE`; the signal's reason */
export async function takeJournalSnapshot(
  engine: Engine,
  checks: FileChecks,
  files: readonly JournalFile[],
  options: SnapshotOptions,
): Promise<EngineSnapshot> {
  const { signal, onProgress } = options;
  const sized = files.map((file) => ({ file, bytes: sizeOf(file) }));
  const totalBytes = bytesOf(sized);
  return EngineSnapshot.take(engine, options, async (snapshot) => {
    const reading = new SnapshotReading(snapshot, options);
    await reading.begin();
    let before = 0;
    for (const some of portionsOf(sized)) {
      const bytes = bytesOf(some);
      const names = some.map(({ file }) => file);
      const readable = await checks.readable(names, signal);
      await naming(names, reading.add(readable, { before, bytes, totalBytes }));
      checkUncut(readable);
      before += bytes;
      onProgress?.({ bytes: before, totalBytes });
    }
  });
}

interface SizedFile {
  readonly file: JournalFile;
  readonly bytes: number;
}

const bytesOf = (files: readonly SizedFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

function portionsOf(files: readonly SizedFile[]): SizedFile[][] {
  const portions: SizedFile[][] = [];
  let room = 0;
  for (const each of files) {
    if (room <= 0) {
      portions.push([]);
      room = bytesAtOnce;
    }
    portions.at(-1)!.push(each);
    room -= unpackedBytes(each);
  }
  return portions;
}

const unpackedBytes = ({ file, bytes }: SizedFile) => bytes * (isArchive(file.name) ? timesLarger : 1);

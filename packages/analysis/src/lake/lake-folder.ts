import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { AuditError } from "@openrouter-audit/core";
import { flushDirectory, RefusedFile } from "@openrouter-audit/core/seal";
import { type LakeFile, lakeFiles } from "./layout.ts";
import type { ParquetWriter } from "./parquet-writer.ts";
import { lakeVersion, type Provenance, provenanceOf } from "./provenance.ts";
import { checkSameJournal } from "./same-journal.ts";
import type { SourceFile } from "./source-files.ts";

type WrittenFile = LakeFile & { readonly provenance: Provenance & { readonly version: string } };

/** The files of a lake, and how they become what their sources are. */
export class LakeFolder {
  readonly #directory: string;
  readonly #connection: DuckDBConnection;
  readonly #writer: ParquetWriter;
  readonly #files: ReadonlyMap<string, WrittenFile>;

  private constructor(
    directory: string,
    connection: DuckDBConnection,
    writer: ParquetWriter,
    files: ReadonlyMap<string, WrittenFile>,
  ) {
    this.#directory = directory;
    this.#connection = connection;
    this.#writer = writer;
    this.#files = files;
  }

  /** @throws AuditError `INVALID_OPTIONS` when something else stands in it; `JOURNAL_UNREADABLE` */
  static async open(
    directory: string,
    connection: DuckDBConnection,
    writer: ParquetWriter,
  ): Promise<LakeFolder> {
    const files = new Map<string, WrittenFile>();
    for (const file of lakeFiles(directory)) {
      const provenance = await provenanceOf(connection, file);
      if (!provenance)
        throw new AuditError(
          "INVALID_OPTIONS",
          `${file.path} was not written by openrouter-audit lake: it would be read as if it were of the log. Move it away.`,
        );
      files.set(file.name, { ...file, provenance });
    }
    return new LakeFolder(directory, connection, writer, files);
  }

  /** That what is there is of these sources. @param source as messages name it @throws AuditError `INVALID_OPTIONS` */
  async checkSameJournal(source: string, files: readonly SourceFile[]): Promise<void> {
    const ours = [...this.#files.values()].filter(({ provenance }) => provenance.version === lakeVersion);
    if (ours.length === 0) return;
    const now = new Map(files.map((file) => [file.name, file]));
    const common = ours.flatMap((there) => {
      const file = now.get(there.name);
      return file ? [{ there, source: file, isUnchanged: isAsStamped(there, file) }] : [];
    });
    await checkSameJournal(this.#connection, { directory: this.#directory, source }, common);
  }

  /** Brings the Parquet file of a source up to it. @throws AuditError `LAKE_UNWRITABLE`; what reading throws */
  async bring(
    source: SourceFile,
    onRead: (bytes: number) => void,
  ): Promise<"written" | "unchanged" | { readonly reason: string }> {
    const there = this.#files.get(source.name);
    const isCurrent = there?.provenance.version === lakeVersion;
    try {
      if (there && isCurrent && isAsStamped(there, source)) return "unchanged";
      if (there && isCurrent && mayBeSame(there.provenance, source)) {
        const { sha256 } = await source.read({ line: () => undefined, read: onRead });
        if (sha256 === there.provenance.sha256) {
          stamp(there.path, source);
          return "unchanged";
        }
      }
      const { draft } = await this.#writer.write(source, onRead);
      put(draft, join(this.#directory, source.name), source);
      return "written";
    } catch (error) {
      if (error instanceof RefusedFile) return { reason: error.message };
      throw asUnwritable(error, this.#directory);
    }
  }

  /** What is in the lake, and of no source. Doubled is what stood there beside the same file, while its archive was there as well. */
  without(sources: readonly SourceFile[]): (LakeFile & { readonly isDoubled: boolean })[] {
    const names = new Set(sources.map(({ name }) => name));
    return [...this.#files.values()]
      .filter(({ name }) => !names.has(name))
      .map((file) => {
        const single = file.name.replace(/\.gz\.parquet$/, ".parquet");
        return { ...file, isDoubled: single !== file.name && names.has(single) };
      });
  }

  remove({ path }: LakeFile): void {
    rmSync(path);
    const folder = dirname(path);
    if (readdirSync(folder).length === 0) rmdirSync(folder);
    else flushDirectory(folder);
    flushDirectory(this.#directory);
  }
}

/** Whether the file has the time of its source, and says the size of it. */
function isAsStamped(there: LakeFile & { readonly provenance: Provenance }, { stamp }: SourceFile): boolean {
  if (!stamp || Math.trunc(statSync(there.path).mtimeMs) !== stamp.modifiedMs) return false;
  return stamp.bytes === null || stamp.bytes === there.provenance.sourceBytes;
}

function mayBeSame({ sourceBytes }: Provenance, { stamp }: SourceFile): boolean {
  return !stamp || stamp.bytes === null || stamp.bytes === sourceBytes;
}

/** Gives a file the time of what it was made of. */
function stamp(path: string, { stamp }: SourceFile): void {
  if (!stamp) return;
  // In the middle of the millisecond: as seconds, in a double, its beginning may be in the one before.
  const seconds = (stamp.modifiedMs + 0.5) / 1000;
  utimesSync(path, seconds, seconds);
}

/** Puts a draft in its place, whole and for good. */
function put(draft: string, path: string, source: SourceFile): void {
  chmodSync(draft, 0o600);
  stamp(draft, source);
  const file = openSync(draft, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  renameSync(draft, path);
  flushDirectory(dirname(path));
  flushDirectory(dirname(dirname(path)));
}

/** What the engine or the file system says while something is written, in words of ours; all else as it is. */
function asUnwritable(error: unknown, directory: string): unknown {
  const { message, code } = error as NodeJS.ErrnoException;
  if (error instanceof AuditError || (code === undefined && !/^(IO|Out of Memory) Error/.test(message)))
    return error;
  const why = message.split("\n")[0]!.replace(/\.$/, "");
  return new AuditError(
    "LAKE_UNWRITABLE",
    `Cannot write to the lake ${directory}, which is as it was: ${why}.`,
    {
      cause: error,
    },
  );
}

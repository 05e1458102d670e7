import { RefusedFile } from "../journal/read-bytes.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { readLines } from "../journal/read-lines.ts";
import { unreadable } from "../journal/unreadable.ts";
import { trustedVerifiers } from "../keys/trusted-keys.ts";
import { parseLine } from "../seal/line.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { keyBeside } from "../verify/journal-key.ts";
import { foldersOf, type JournalSources, journalSources } from "../verify/journal-sources.ts";
import type { EntryLine } from "./log-replay.ts";
import { type ProofKey, rootKeysOf } from "./root-keys.ts";

/** How far the making of a proof is. A journal that is read more than once counts as often. */
export interface ProofProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** The lines that proofs are made from, in the order in which they were written. All access to files is here. */
export class JournalLines {
  readonly #sources: JournalSources;
  readonly #first: string;
  readonly #onProgress: (progress: ProofProgress) => void;
  readonly #size: number;
  #readingsPlanned: number;
  #readings = 0;

  private constructor(
    sources: JournalSources,
    first: string,
    readings: number,
    onProgress: (progress: ProofProgress) => void,
  ) {
    this.#sources = sources;
    this.#first = first;
    this.#onProgress = onProgress;
    this.#readingsPlanned = readings;
    this.#size = sources.files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param journal a journal directory, or files of one; compressed ones too
   * @param readings how often it will be read at most, if nothing is wrong with it
   * @throws AuditError `JOURNAL_UNREADABLE`
   */
  static async in(
    journal: string | readonly string[],
    readings: number,
    onProgress: (progress: ProofProgress) => void = () => undefined,
  ): Promise<JournalLines> {
    const paths = typeof journal === "string" ? [journal] : journal;
    return new JournalLines(await journalSources(paths), paths[0] ?? ".", readings, onProgress);
  }

  /**
   * The root keys that may have certified a log here: those given, or else the one beside the files, and those that
   * rotations tie to them.
   *
   * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`
   */
  rootKeys(given: ProofKey | undefined): NoteVerifier[] {
    const folders = foldersOf(this.#sources);
    return rootKeysOf(given ?? keyBeside(this.#first)).flatMap((root) => trustedVerifiers(folders, root));
  }

  /**
   * The entries whose lines hold a text as a JSON string.
   *
   * @throws AuditError `JOURNAL_UNREADABLE`
   */
  async *with(text: string): AsyncGenerator<EntryLine> {
    const quoted = JSON.stringify(text);
    let bytesRead = this.#readings * this.#size;
    this.#readings += 1;
    this.#readingsPlanned = Math.max(this.#readings, this.#readingsPlanned);
    const onRead = (more: number) => {
      bytesRead += more;
      this.#onProgress({ bytes: bytesRead, totalBytes: this.#readingsPlanned * this.#size });
    };
    for (const { name, path } of this.#sources.files) {
      try {
        for await (const { bytes, number } of readLines(path, onRead)) {
          if (!bytes.includes(quoted)) continue;
          const line = parseLine(bytes);
          const entry = line && writtenEntryOf(bytes);
          if (entry) yield { entry, line, at: { file: name, line: number } };
        }
      } catch (cause) {
        throw cause instanceof RefusedFile || (cause instanceof Error && "syscall" in cause)
          ? unreadable(path, cause)
          : cause;
      }
    }
  }
}

import { RefusedFile } from "../journal/read-bytes.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { readLines } from "../journal/read-lines.ts";
import { unreadable } from "../journal/unreadable.ts";
import { trustedVerifiers } from "../keys/trusted-keys.ts";
import { parseLine } from "../seal/line.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { SourceLine, WantedLines } from "../source.ts";
import { type GivenJournal, givenJournal, type Journal } from "../verify/given-journal.ts";
import type { JournalSource, JournalSources } from "../verify/journal-sources.ts";
import type { EntryLine } from "./log-replay.ts";
import { type ProofKey, rootKeysOf } from "./root-keys.ts";

/** How far the making of a proof is. A journal that is read more than once counts as often. */
export interface ProofProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

interface LinesOptions {
  readonly rotations?: string | readonly string[];
  readonly onProgress?: (progress: ProofProgress) => void;
}

/** The lines that proofs are made from, in the order in which they were written. All access to files is here. */
export class JournalLines {
  readonly #given: GivenJournal;
  readonly #sources: JournalSources;
  readonly #onProgress: (progress: ProofProgress) => void;
  readonly #size: number;
  #readingsPlanned: number;
  #readings = 0;

  private constructor(given: GivenJournal, readings: number, onProgress: (progress: ProofProgress) => void) {
    this.#given = given;
    this.#sources = given.sources;
    this.#onProgress = onProgress;
    this.#readingsPlanned = readings;
    this.#size = given.sources.files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Lets something be done with the lines of a journal.
   *
   * @param journal a journal directory, or files of one, compressed ones too; or a store
   * @param readings how often it will be read at most, if nothing is wrong with it
   * @throws AuditError `JOURNAL_UNREADABLE`
   */
  static async of<T>(
    journal: Journal,
    readings: number,
    { rotations, onProgress = () => undefined }: LinesOptions,
    work: (lines: JournalLines) => Promise<T>,
  ): Promise<T> {
    const given = await givenJournal(journal, rotations);
    try {
      return await work(new JournalLines(given, readings, onProgress));
    } finally {
      await given.close();
    }
  }

  /**
   * The root keys that may have certified a log here: those given, or else the one beside the files, and those that
   * rotations tie to them.
   *
   * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`
   */
  async rootKeys(given: ProofKey | undefined): Promise<NoteVerifier[]> {
    const { noteFolders, ownKey } = this.#given;
    return rootKeysOf(given ?? (await ownKey())).flatMap((root) => trustedVerifiers(noteFolders, root));
  }

  /**
   * The entries whose lines hold an id, or the name of a log, as a JSON string; of a store perhaps fewer, see `WantedLines`.
   *
   * @throws AuditError `JOURNAL_UNREADABLE`
   */
  with(wanted: WantedLines): AsyncGenerator<EntryLine> {
    return this.#holding(JSON.stringify("id" in wanted ? wanted.id : wanted.log), wanted);
  }

  /** Whether they are those of a store, which looks for whole ids. */
  get areStored(): boolean {
    return this.#sources.files.some(({ lines }) => lines !== undefined);
  }

  /** The same of the beginning of an id, in files. */
  withIdBeginning(beginning: string): AsyncGenerator<EntryLine> {
    return this.#holding(JSON.stringify(beginning).slice(0, -1), { id: beginning });
  }

  async *#holding(quoted: string, wanted: WantedLines): AsyncGenerator<EntryLine> {
    let bytesRead = this.#readings * this.#size;
    this.#readings += 1;
    this.#readingsPlanned = Math.max(this.#readings, this.#readingsPlanned);
    const onRead = (more: number) => {
      bytesRead += more;
      this.#onProgress({ bytes: bytesRead, totalBytes: this.#readingsPlanned * this.#size });
    };
    for (const source of this.#sources.files) {
      const { name, path } = source;
      try {
        for await (const { bytes, number } of linesOf(source, wanted, onRead)) {
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

function linesOf({ path, lines }: JournalSource, wanted: WantedLines, onRead: (bytes: number) => void) {
  return lines ? storedLines(lines(wanted), onRead) : readLines(path, onRead);
}

async function* storedLines(lines: AsyncIterable<SourceLine>, onRead: (bytes: number) => void) {
  for await (const { line } of lines) {
    const bytes = Buffer.from(line as string);
    onRead(bytes.length + 1);
    yield { bytes, number: 0 };
  }
}

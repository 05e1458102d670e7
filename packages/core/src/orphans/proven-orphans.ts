import type { AuditEntry } from "../entry/entry.ts";
import { startEvent } from "../entry/event-kind.ts";
import { journalLines, writtenEntryOf } from "../journal/read-journal.ts";
import { parseLine } from "../seal/line.ts";
import { leafHash } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { type EntryLine, EntryLines } from "../verify/entry-line.ts";
import { CoveredLines } from "./covered-lines.ts";
import { factsIn } from "./find-orphans.ts";
import { type LogFacts, type Said, saidIn } from "./log-facts.ts";
import { looksLike, memberText } from "./quick-look.ts";
import { isUuid } from "./unknown-entry.ts";

/** What is kept of a line until a signature covers it: of a start its leaf, to know it again. */
type Note =
  | { readonly is: "start"; readonly id: string; readonly leaf: string }
  | { readonly is: "end"; readonly id: string }
  | { readonly is: "said"; readonly said: Said };

export interface ProofTerms {
  readonly directory: string;
  /** Reads only the files of this UTC day (`YYYY-MM-DD`) and later ones. */
  readonly fromDay: string;
  readonly rootKeys: readonly NoteVerifier[];
  readonly signal: AbortSignal;
}

/** Starts that were not taken for calls. */
export class Uncovered {
  count = 0;
  /** Where, the first few. */
  readonly files = new Set<string>();

  add(count: number, files: Iterable<string>): void {
    this.count += count;
    for (const file of files) if (this.files.size < mostFiles) this.files.add(file);
  }
}

const mostFiles = 3;
// Of so many lines each may have a signature to be checked, and the application waits meanwhile.
const blockBytes = 1 << 16;

/**
 * The calls that began and have no end, of logs that are over, by what signatures of logs cover that a trusted root key
 * certifies: whoever can write into the files, without a key, makes no start and no end so, and says nothing of a log. Reads
 * the journal up to three times, and keeps no more in memory than an id and a hash of each call that is open at one time, what
 * stands between two signatures of a log, and a few facts of each.
 */
export class ProvenOrphans {
  readonly #terms: ProofTerms;
  readonly #logs = new Map<string, LogFacts>();
  readonly #open = new Map<string, { readonly leaf: string; readonly log: LogFacts }>();
  /** Known when the last of the starts was. */
  readonly uncovered = new Uncovered();

  constructor(terms: ProofTerms) {
    this.#terms = terms;
  }

  /** Whether a log may go on, by what it has signed. */
  mayGoOn(origin: string): boolean {
    return this.#logs.get(origin)?.isOver(Date.now(), "again") === false;
  }

  /** The starts, as they stand in the journal. @throws as `readJournal` does */
  async *starts(): AsyncGenerator<AuditEntry> {
    await this.#findOpen();
    // A clock that was set back, or a process with a file of its own, may have written an end into an earlier file; and what
    // a process wrote before it was found dead is all there only now.
    if (this.#open.size > 0) {
      const covered = (note: Note) => void (note.is === "end" && this.#open.delete(note.id));
      await this.#read(covered, () => undefined);
    }
    if (this.#open.size > 0) yield* this.#openLines();
  }

  async #findOpen(): Promise<void> {
    const left = new Map<LogFacts | null, Uncovered>();
    await this.#read(
      (note, log) => {
        if (note.is === "start") this.#open.set(note.id, { leaf: note.leaf, log });
        else if (note.is === "end") this.#open.delete(note.id);
        else log.note(note.said);
      },
      (file, log) => {
        const uncovered = left.get(log) ?? new Uncovered();
        left.set(log, uncovered);
        uncovered.add(1, [file]);
      },
    );
    const now = Date.now();
    for (const [id, { log }] of this.#open) if (!log.isOver(now, "again")) this.#open.delete(id);
    // The signature of a commit that is being written is about to come.
    for (const [log, { count, files }] of left)
      if (!log || log.isOver(now, "again")) this.uncovered.add(count, files);
  }

  async *#openLines(): AsyncGenerator<AuditEntry> {
    const { directory, fromDay, signal } = this.#terms;
    for await (const { bytes } of journalLines(directory, { fromDay, blockBytes })) {
      if (this.#open.size === 0 || signal.aborted) return;
      const id = looksLike.start(bytes) ? memberText(bytes, "exchange_id") : null;
      const wanted = id === null ? undefined : this.#open.get(id);
      const line = wanted ? parseLine(bytes) : null;
      if (!line || leafHash(line.leaf) !== wanted!.leaf) continue;
      this.#open.delete(id!);
      yield writtenEntryOf(bytes)!;
    }
  }

  async #read(
    covered: (note: Note, log: LogFacts) => void,
    left: (file: string, log: LogFacts | null) => void,
  ): Promise<void> {
    const { directory, fromDay, rootKeys, signal } = this.#terms;
    const logs = new Map<string, CoveredLines<Note>>();
    const lines = new EntryLines();
    for await (const { line: read, number, file } of journalLines(directory, { fromDay, blockBytes })) {
      if (signal.aborted) return;
      const line = lines.read(read);
      if (!line) continue;
      const at = { file, line: number };
      const note = noteOf(line, read.bytes);
      let log = logs.get(line.log);
      if (!log) {
        const begun = CoveredLines.from<Note>(line, at, rootKeys, () => {
          const facts = factsIn(this.#logs, line.log);
          return {
            covered: (notes, recorded_at) => {
              facts.note({ event_type: "", detail: null, recorded_at });
              for (const each of notes) covered(each, facts);
            },
            left: (each, where) => each.is === "start" && left(where, facts),
          };
        });
        if (begun) logs.set(line.log, begun);
        else if (note?.is === "start") left(file, null);
        if (!begun) continue;
        log = begun;
      }
      log.add(line, at, note, rootKeys);
    }
    for (const log of logs.values()) log.end();
  }
}

function noteOf(line: EntryLine, bytes: Buffer): Note | null {
  const said = saidIn(line);
  if (said) return { is: "said", said };
  const id = memberText(bytes, "exchange_id");
  if (id === null || !isUuid(id)) return null;
  return line.eventType === startEvent ? { is: "start", id, leaf: line.leafHash } : { is: "end", id };
}

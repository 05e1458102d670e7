import { isLogStart, type LogStart, logStartOf } from "../proof/log-start.ts";
import { checkpointText } from "../seal/line.ts";
import type { MerkleTree } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { EntryLine } from "../verify/entry-line.ts";
import type { LogKey } from "../verify/log-key.ts";
import type { LinePosition } from "../verify/verdict.ts";

/** A signature covers all before it: so many are passed over before one is checked. */
const mostSigned = 256;
/** More lines than any commit has. */
const mostUncovered = 65_536;

/** A signed line that was not checked. */
interface Signed {
  /** As it was then. */
  readonly tree: MerkleTree;
  readonly chainHash: string;
  readonly signature: string;
  readonly recordedAt: string;
  readonly notes: number;
}

/** What becomes of notes of the lines of a log. */
export interface NoteTaker<Note> {
  /** A signature of the log, of the time `recordedAt`, covers the lines of these. */
  covered(notes: readonly Note[], recordedAt: string): void;
  /** No signature covers the line of this one. */
  left(note: Note, file: string): void;
}

/**
 * One log as its lines come by: which of them its key has signed. It goes on from each signature, and from each
 * `audit.opened` or heartbeat, so that lines which somebody else put between its commits do not hide what is behind them.
 */
export class CoveredLines<Note> {
  readonly #log: string;
  readonly #key: LogKey;
  readonly #taker: NoteTaker<Note>;
  /** As it was at the newest signature. */
  #covered: MerkleTree | null = null;
  /** With the lines since; null where it is not known what was before. */
  #tree: MerkleTree | null;
  #notes: Note[] = [];
  #signed: Signed[] = [];
  #file: string;

  private constructor(log: string, key: LogKey, tree: MerkleTree, file: string, taker: NoteTaker<Note>) {
    this.#log = log;
    this.#key = key;
    this.#tree = tree;
    this.#file = file;
    this.#taker = taker;
  }

  /** A log from this line on, which is to be added; null where it cannot be read from, or no root key certifies the log. */
  static from<Note>(
    line: EntryLine,
    at: LinePosition,
    rootKeys: readonly NoteVerifier[],
    taker: () => NoteTaker<Note>,
  ): CoveredLines<Note> | null {
    const start = startIn(line, at, rootKeys);
    return start && new CoveredLines<Note>(line.log, start.key, start.tree, at.file, taker());
  }

  /** The next line of the log, and what to keep of it until it is known whether it is the log's. */
  add(line: EntryLine, at: LinePosition, note: Note | null, rootKeys: readonly NoteVerifier[]): void {
    if (!line.canonical || !this.#goTo(line, at, rootKeys)) {
      // An archive beside its original repeats every line of it.
      const isCopy = line.seq < (this.#covered?.size ?? 0) && at.file !== this.#file;
      if (note !== null && !isCopy) this.#taker.left(note, at.file);
      return;
    }
    this.#file = at.file;
    const tree = this.#tree!;
    tree.append(line.leafHash);
    if (note !== null) this.#notes.push(note);
    if (line.isSigned) {
      const { chainHash, signature, recordedAt } = line;
      this.#signed.push({ tree: tree.copy(), chainHash, signature, recordedAt, notes: this.#notes.length });
    }
    if (this.#signed.length >= mostSigned || this.#notes.length >= mostUncovered) this.#settle();
    // What is left now is of one commit, or of none.
    if (this.#notes.length >= mostUncovered) this.#leave();
  }

  /** Nothing follows: what is not covered by now will not be. */
  end(): void {
    this.#settle();
    this.#leave();
  }

  /** Goes to where the line stands: on, back to the newest signature, or to where the log can be read from again. */
  #goTo(line: EntryLine, at: LinePosition, rootKeys: readonly NoteVerifier[]): boolean {
    const saysWhere = line.eventType === "audit.opened" || line.eventType === "audit.heartbeat";
    // Where a line before it was changed, it can go on from here.
    if (saysWhere) this.#settle();
    if (line.seq === this.#tree?.size) return true;
    this.end();
    if (line.seq === this.#tree?.size) return true;
    const isNew = line.seq >= (this.#covered?.size ?? 0);
    const start = saysWhere && isNew ? startIn(line, at, rootKeys) : null;
    if (start) this.#tree = start.tree;
    return start !== null;
  }

  /** Checks the newest signature; where that is not the log's over what was read, those before it. */
  #settle(): void {
    const signed = this.#signed;
    this.#signed = [];
    for (let index = signed.length - 1; index >= 0; index -= 1) {
      const { tree, chainHash, signature, recordedAt, notes } = signed[index]!;
      const text = checkpointText(this.#log, tree.size, chainHash);
      if (tree.rootText() !== chainHash || !this.#key.verifier.verify(text, signature)) continue;
      this.#covered = tree;
      this.#taker.covered(this.#notes.slice(0, notes), recordedAt);
      this.#notes = this.#notes.slice(notes);
      // What stands behind it is the beginning of the next commit, or was added to something else.
      if (index < signed.length - 1) this.#leave();
      return;
    }
    if (signed.length > 0) this.#leave();
  }

  /** Goes back to the newest signature. */
  #leave(): void {
    for (const note of this.#notes) this.#taker.left(note, this.#file);
    this.#notes = [];
    this.#signed = [];
    this.#tree = this.#covered?.copy() ?? null;
  }
}

function startIn(line: EntryLine, at: LinePosition, rootKeys: readonly NoteVerifier[]): LogStart | null {
  if (!line.eventType.startsWith("audit.") || !line.canonical) return null;
  const { entry } = line;
  const start = isLogStart(entry) ? logStartOf(entry, rootKeys, at) : null;
  return start && "proven" in start ? null : start;
}

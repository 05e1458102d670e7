import type { AuditEntry } from "../entry/entry.ts";
import { checkpointText, type SealedLine } from "../seal/line.ts";
import { leafHash } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { LinePosition } from "../verify/verdict.ts";
import type { GrowingProof } from "./growing-proof.ts";
import { isLogStart, type LogStart, logStartOf } from "./log-start.ts";
import { type Unprovable, unprovable } from "./unprovable.ts";

/** A line of a journal that holds an entry. */
export interface EntryLine {
  readonly entry: AuditEntry;
  readonly line: SealedLine;
  readonly at: LinePosition;
}

/** Which proof to make meanwhile. */
export interface ProofStart {
  /** How many leaves the tree has when it begins. */
  readonly size: number;
  begin(size: number, frontier: readonly Buffer[]): GrowingProof;
}

/**
 * Checks the lines of one log as they come by, from the first at hand on, and makes a proof meanwhile. It is over at the
 * first line that is not what was sealed.
 */
export class LogReplay {
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #start: ProofStart;
  readonly #everySignature: boolean;
  #log: LogStart | null = null;
  #proof: GrowingProof | null = null;
  #file = "";
  #from = 0;

  /**
   * @param everySignature to find the first line that was changed. One signature at the end says of all before it
   * whether they are what was sealed, much sooner.
   */
  constructor(rootKeys: readonly NoteVerifier[], start: ProofStart, everySignature: boolean) {
    this.#everySignature = everySignature;
    this.#rootKeys = rootKeys;
    this.#start = start;
  }

  /** How many entries of the log were read, or stood for by a frontier. */
  get size(): number {
    return this.#log?.tree.size ?? 0;
  }

  /** The first entry since which no line is missing. */
  get from(): number {
    return this.#from;
  }

  get delegation(): string {
    return this.#log?.key.delegation ?? "";
  }

  /** The proof for the lines so far; null before its start. */
  get proof(): Buffer[] | null {
    return this.#proof?.hashes() ?? null;
  }

  /** The next line. Returns whether it was a new one that is as it was sealed; what repeats an earlier one is none. */
  add(next: EntryLine): boolean | Unprovable {
    const { entry, line, at } = next;
    const { seq } = entry;
    if (this.#log && seq < this.#log.tree.size) return false;
    const flaw = this.#goTo(entry, at);
    if (flaw) return flaw;
    const { tree } = this.#log!;
    if (tree.size === this.#start.size) this.#proof = this.#start.begin(tree.size, tree.frontier);
    const hash = leafHash(line.leaf);
    this.#proof?.append(hash);
    tree.append(hash);
    if (tree.rootText() !== line.chainHash)
      return unprovable("TAMPERED", `entry ${seq}, or one before it, is not what was sealed`, at);
    const flawed = this.#everySignature ? this.flawOfSignature(next) : null;
    if (flawed) return flawed;
    this.#file = at.file;
    return true;
  }

  /** Why the signature of the line that was added last proves nothing, if it has one. */
  flawOfSignature({ entry: { log, seq }, line, at }: EntryLine): Unprovable | null {
    const text = checkpointText(log, seq + 1, line.chainHash);
    if (line.signature === "" || this.#log!.key.verifier.verify(text, line.signature)) return null;
    const what = `the signature of entry ${seq} is not this log's: it, or one before it, is not what was sealed`;
    return unprovable("TAMPERED", what, at);
  }

  /** Begins, or goes on after lines that are missing, which a frontier stands for. */
  #goTo(entry: AuditEntry, at: LinePosition): Unprovable | null {
    const size = this.#log?.tree.size;
    if (size === entry.seq) return null;
    if (size !== undefined) {
      const missing = `entries ${size} to ${entry.seq - 1} of the log are missing before it`;
      if (at.file === this.#file) return unprovable("TAMPERED", missing, at);
      if (!isLogStart(entry)) return unprovable("LINES_MISSING", missing, at);
      if (this.#proof)
        return unprovable("LINES_MISSING", `${missing}, and the signature that is needed with them`, at);
    }
    const start = logStartOf(entry, this.#rootKeys, at);
    if ("proven" in start) return start;
    this.#log = start;
    this.#from = entry.seq;
    return null;
  }
}

import { type Cut, type EntryLine, MerkleTree, treeOfFrontier } from "@openrouter-audit/core/seal";

/** What a file holds of one log. */
export interface LogInFile {
  readonly log: string;
  readonly firstSeq: number;
  /** The log at its last signed line in the file; null when none of its lines there is signed. */
  readonly signed: SignedPlace | null;
  /** How many entries of the log signatures cover, to the end of the file. */
  readonly size: number;
  /** How many lines stand behind that. */
  readonly unsigned: number;
  /** Whether the tree is known: the lines before are in files that were read, in a tombstone or a heartbeat. */
  readonly provable: boolean;
}

/** A log at a signed line, with what stands for all of it so far. */
export interface SignedPlace {
  /** The compact range `[0, size)`, in base64. */
  readonly frontier: readonly string[];
  readonly chainHash: string;
  readonly signature: string;
  /** `recorded_at` of the newest entry so far, of this file. */
  readonly newest: string;
}

interface GrowingLog {
  /** As of the last signed line; null where lines before are missing. */
  tree: MerkleTree | null;
  /** The leaf hashes behind that. */
  pending: string[];
  firstSeq: number | null;
  newest: string;
  signed: { chainHash: string; signature: string; newest: string } | null;
}

/** The trees of all logs, from file to file. */
export class LogTrees {
  readonly #cuts = new Map<string, Cut[]>();
  readonly #logs = new Map<string, GrowingLog>();

  /** @param cuts what was deleted before */
  constructor(cuts: readonly Cut[]) {
    for (const cut of cuts) this.#cuts.set(cut.log, [...(this.#cuts.get(cut.log) ?? []), cut]);
  }

  add(line: EntryLine): void {
    const { log, seq, leafHash, isSigned, chainHash, signature, recordedAt } = line;
    const growing = this.#growing(log);
    growing.firstSeq ??= seq;
    if (recordedAt > growing.newest) growing.newest = recordedAt;
    const next = growing.tree ? growing.tree.size + growing.pending.length : -1;
    // The same line again; that it is the same was verified.
    if (growing.tree && seq < next) return;
    if (seq !== next) {
      growing.tree = this.#treeBefore(line);
      growing.pending = [];
      growing.signed = null;
    }
    if (!growing.tree) return;
    growing.pending.push(leafHash);
    if (!isSigned) return;
    for (const hash of growing.pending) growing.tree.append(hash);
    growing.pending = [];
    growing.signed = { chainHash, signature, newest: growing.newest };
  }

  /** What the file that ends here holds. */
  endFile(): LogInFile[] {
    const found: LogInFile[] = [];
    for (const [log, growing] of this.#logs) {
      const { tree, signed, firstSeq, pending } = growing;
      if (firstSeq === null) continue;
      const isOwn = tree !== null && (signed === null || tree.rootText() === signed.chainHash);
      const frontier = tree?.frontier.map((root) => root.toString("base64")) ?? [];
      found.push({
        log,
        firstSeq,
        signed: tree && signed && { ...signed, frontier },
        size: tree?.size ?? 0,
        unsigned: pending.length,
        provable: isOwn,
      });
      growing.firstSeq = null;
      growing.signed = null;
      growing.newest = "";
    }
    return found;
  }

  #growing(log: string): GrowingLog {
    const known = this.#logs.get(log);
    if (known) return known;
    const begun: GrowingLog = { tree: null, pending: [], firstSeq: null, newest: "", signed: null };
    this.#logs.set(log, begun);
    return begun;
  }

  /** Of the lines before one that are not there. */
  #treeBefore({ log, seq, eventType, entry }: EntryLine): MerkleTree | null {
    if (seq === 0) return new MerkleTree();
    const cut = this.#cuts.get(log)?.find(({ size }) => size === seq);
    if (cut) return treeOfFrontier(seq, cut.frontier);
    return eventType === "audit.heartbeat" ? treeOfFrontier(seq, entry.detail?.frontier) : null;
  }
}

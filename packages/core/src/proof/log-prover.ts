import { checkpointText } from "../seal/line.ts";
import type { LogHead } from "../seal/log-head.ts";
import { MerkleTree } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { EntryLine } from "../verify/entry-line.ts";
import type { LinePosition } from "../verify/verdict.ts";
import { isLogStart, type LogStart, logStartOf } from "./log-start.ts";
import { formatCheckpoint, formatInclusion } from "./proof-file.ts";
import type { ProvenStretch } from "./proven-stretch.ts";
import { ProvingTree } from "./proving-tree.ts";
import type { UnprovableReason, UnprovenEntry } from "./unprovable.ts";

interface PendingLeaf {
  readonly hash: string;
  readonly isWanted: boolean;
}

/** Makes proofs of entries of one log while its lines come by. What is proven at the end is under the newest signature. */
export class LogProver {
  readonly log: string;
  readonly #rootKeys: readonly NoteVerifier[];
  #start: LogStart | null = null;
  #tree = new ProvingTree();
  /** The same as `#tree`, and what came behind the newest signed line. */
  #all = new MerkleTree();
  #pending: PendingLeaf[] = [];
  #signed: { readonly size: number; readonly chainHash: string; readonly signature: string } | null = null;
  /** Why nothing of what comes can be proven, until the log can be read again. */
  #broken: UnprovableReason | null = null;
  readonly #stretches: ProvenStretch[] = [];
  readonly #unproven: UnprovenEntry[] = [];

  constructor(log: string, rootKeys: readonly NoteVerifier[]) {
    this.log = log;
    this.#rootKeys = rootKeys;
  }

  add(line: EntryLine, at: LinePosition, isWanted: boolean): void {
    const { seq } = line;
    if (this.#start && seq < this.#all.size) {
      // The same line again, unless somebody put another there: whoever checks the proof finds that.
      return;
    }
    if (!this.#start || seq > this.#all.size) this.#begin(line, at);
    if (this.#broken === null && !line.canonical) this.#broken = "TAMPERED";
    if (this.#broken !== null) {
      if (isWanted) this.#unproven.push({ log: this.log, seq, reason: this.#broken });
      return;
    }
    const hash = line.leafHash;
    this.#all.append(hash);
    this.#pending.push({ hash, isWanted });
    if (line.isSigned) this.#cover(line);
  }

  finish(): { readonly stretches: readonly ProvenStretch[]; readonly unproven: readonly UnprovenEntry[] } {
    this.#end();
    return { stretches: this.#stretches, unproven: this.#unproven.sort((a, b) => a.seq - b.seq) };
  }

  /** A signed line: what is pending is under it, if it is what was sealed. */
  #cover({ seq, chainHash, signature }: EntryLine): void {
    if (this.#all.rootText() !== chainHash) {
      this.#dropPending("TAMPERED");
      this.#broken = "TAMPERED";
      return;
    }
    for (const { hash, isWanted } of this.#pending) this.#tree.append(hash, isWanted);
    this.#pending = [];
    this.#signed = { size: seq + 1, chainHash, signature };
  }

  /** At the first line, or behind lines that are missing. */
  #begin({ entry, seq }: EntryLine, at: LinePosition): void {
    if (this.#start && !isLogStart(entry)) {
      this.#broken ??= "LINES_MISSING";
      return;
    }
    this.#end();
    const start = logStartOf(entry, this.#rootKeys, at);
    if ("proven" in start) {
      this.#broken = start.reason;
      return;
    }
    this.#start = start;
    this.#broken = null;
    this.#all = start.tree;
    this.#tree = new ProvingTree(seq, start.tree.frontier);
  }

  /** The proofs of the stretch that ends here. One signature says of all before it whether they are what was sealed. */
  #end(): void {
    this.#dropPending(this.#broken ?? "NOT_COVERED");
    const [start, signed] = [this.#start, this.#signed];
    this.#signed = null;
    if (!start || !signed) return;
    const { size, chainHash, signature } = signed;
    const { log } = this;
    const proofs = [...this.#tree.finish()].sort(([a], [b]) => a - b);
    if (!start.key.verifier.verify(checkpointText(log, size, chainHash), signature)) {
      this.#unproven.push(...proofs.map(([seq]) => ({ log, seq, reason: "TAMPERED" as const })));
      return;
    }
    const checkpoint = formatCheckpoint(log, size, chainHash, signature);
    const { log_key, delegation } = start.key;
    const head: LogHead = { log, size, chain_hash: chainHash, signature, log_key, delegation };
    if (proofs.length === 0) return;
    this.#stretches.push({
      head,
      proofs: proofs.map(([seq, hashes]) => {
        return { seq, proof: formatInclusion({ number: seq, hashes, checkpoint }) };
      }),
    });
  }

  #dropPending(reason: UnprovableReason): void {
    const first = this.#all.size - this.#pending.length;
    for (const [index, { isWanted }] of this.#pending.entries())
      if (isWanted) this.#unproven.push({ log: this.log, seq: first + index, reason });
    this.#pending = [];
  }
}

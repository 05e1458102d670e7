import { hostname } from "node:os";
import { v7 as uuidv7 } from "uuid";
import { AuditError } from "../audit-error.ts";
import type { EntryDraft } from "../entry/entry.ts";
import { CommitLines } from "./commit-lines.ts";
import { LeafWriter, type Place } from "./leaf.ts";
import { checkpointText } from "./line.ts";
import { MerkleTree } from "./merkle.ts";
import type { SealedEntry } from "./sealed-entry.ts";
import { type NoteSigner, newSigner } from "./signed-note.ts";

export interface SealedCommit {
  /** The lines as bytes. */
  readonly lines: Buffer;
  /** For each draft its entry, or the `INVALID_ENTRY` of one that cannot be sealed: it has no line. */
  readonly sealed: (SealedEntry | AuditError)[];
}

/**
 * One log: its origin, its key, and the tree so far. Sealing only moves forward; when the sealed lines could not be
 * written, the sealer is thrown away with its key and a new log begins.
 */
export class LogSealer {
  readonly origin: string;
  /** The last part of the origin: no other log ever has it. */
  readonly uuid: string;
  readonly #signer: NoteSigner;
  readonly #tree = new MerkleTree();
  readonly #leaves = new LeafWriter();
  #lines = new CommitLines();
  #linesBefore = new CommitLines();

  /** @param uuid version 7 @default one of now */
  constructor(name: string, uuid = uuidv7()) {
    this.uuid = uuid;
    const writer = hostname().replace(/[^A-Za-z0-9._-]/g, "-") || "host";
    this.origin = `${name}/${writer}/${this.uuid}`;
    this.#signer = newSigner(this.origin);
  }

  /** The public half of the key of this log. */
  get vkey(): string {
    return this.#signer.vkey;
  }

  /** What stands for the log so far, in base64. See docs/seal.md, "Opening, links and heartbeats". */
  get frontier(): string[] {
    return this.#tree.frontier.map((subtree) => subtree.toString("base64"));
  }

  /**
   * Gives a commit its places in the log and seals it; the last entry is signed.
   *
   * @returns its lines are good until the call after the next, so that a commit can be sealed while one is written
   */
  seal(drafts: readonly EntryDraft[], recordedAt: Date): SealedCommit {
    [this.#lines, this.#linesBefore] = [this.#linesBefore, this.#lines];
    this.#lines.clear();
    const recorded_at = recordedAt.toISOString();
    const sealed: (SealedEntry | AuditError)[] = [];
    let last = -1;
    for (const draft of drafts) {
      const entry = this.#add(draft, recorded_at);
      if (!(entry instanceof AuditError)) last = sealed.length;
      sealed.push(entry);
    }
    if (last >= 0) sealed[last] = this.#sign(sealed[last] as SealedEntry);
    return { lines: this.#lines.bytes, sealed };
  }

  #add(draft: EntryDraft, recorded_at: string): SealedEntry | AuditError {
    const place: Place = { log: this.origin, seq: this.#tree.size, recorded_at };
    let leaf: string;
    try {
      leaf = this.#leaves.leafOf(draft, place);
    } catch (cause) {
      return unsealable(draft, cause);
    }
    this.#tree.append(this.#lines.addLeaf(leaf));
    const chain_hash = this.#tree.rootText();
    this.#lines.addSeal(chain_hash);
    return { draft, place, chain_hash, signature: "" };
  }

  #sign(newest: SealedEntry): SealedEntry {
    const signature = this.#signer.sign(checkpointText(this.origin, this.#tree.size, newest.chain_hash));
    this.#lines.sign(signature);
    return { ...newest, signature };
  }
}

function unsealable({ event_type }: EntryDraft, cause: unknown): AuditError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuditError(
    "INVALID_ENTRY",
    `A ${event_type} entry has no JSON form: ${reason}. It was not recorded.`,
    { cause },
  );
}

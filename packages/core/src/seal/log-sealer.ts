import { hostname } from "node:os";
import { v7 as uuidv7 } from "uuid";
import { AuditError } from "../audit-error.ts";
import type { AuditEntry, EntryDraft } from "../entry/entry.ts";
import { canonicalJson } from "./canonical-json.ts";
import { checkpointText, formatLine } from "./line.ts";
import { leafHash, MerkleTree } from "./merkle.ts";
import { type NoteSigner, newSigner } from "./signed-note.ts";

/** An entry with its place in a log, and the text that is sealed of it. */
interface Leaf {
  readonly entry: Omit<AuditEntry, "chain_hash" | "signature">;
  readonly text: string;
}

/**
 * One log: its origin, its key, and the tree so far. Sealing only moves forward; when the sealed lines could not be
 * written, the sealer is thrown away with its key and a new log begins.
 */
export class LogSealer {
  readonly origin: string;
  readonly #signer: NoteSigner;
  readonly #tree = new MerkleTree();

  constructor(name: string) {
    const writer = hostname().replace(/[^A-Za-z0-9._-]/g, "-") || "host";
    this.origin = `${name}/${writer}/${uuidv7()}`;
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
   * @returns the lines, and for each draft its entry, or the `INVALID_ENTRY` of one that cannot be sealed: it has no line.
   */
  seal(
    drafts: readonly EntryDraft[],
    recordedAt: Date,
  ): { lines: string; sealed: (AuditEntry | AuditError)[] } {
    const leaves = this.#leavesOf(drafts, recordedAt.toISOString());
    const last = leaves.findLastIndex((leaf) => !(leaf instanceof AuditError));
    let lines = "";
    const sealed = leaves.map((leaf, index) => {
      if (leaf instanceof AuditError) return leaf;
      this.#tree.append(leafHash(leaf.text));
      const chain_hash = this.#tree.root().toString("base64");
      const signature =
        index === last ? this.#signer.sign(checkpointText(this.origin, this.#tree.size, chain_hash)) : "";
      lines += `${formatLine(leaf.text, chain_hash, signature)}\n`;
      return { ...leaf.entry, chain_hash, signature };
    });
    return { lines, sealed };
  }

  #leavesOf(drafts: readonly EntryDraft[], recorded_at: string): (Leaf | AuditError)[] {
    let seq = this.#tree.size;
    return drafts.map((draft) => {
      const entry = { ...draft, log: this.origin, seq, recorded_at };
      try {
        const text = canonicalJson(entry);
        seq += 1;
        return { entry, text };
      } catch (cause) {
        return unsealable(draft, cause);
      }
    });
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

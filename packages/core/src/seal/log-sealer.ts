import { hostname } from "node:os";
import { v7 as uuidv7 } from "uuid";
import type { AuditEntry, EntryDraft } from "../entry/entry.ts";
import { canonicalJson } from "./canonical-json.ts";
import { checkpointText, formatLine } from "./line.ts";
import { leafHash, MerkleTree } from "./merkle.ts";
import { type NoteSigner, newSigner } from "./signed-note.ts";

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

  /** Gives a commit its places in the log and seals it; the last entry is signed. */
  seal(drafts: readonly EntryDraft[], recordedAt: Date): { lines: string; entries: AuditEntry[] } {
    const recorded_at = recordedAt.toISOString();
    const entries: AuditEntry[] = [];
    let lines = "";
    drafts.forEach((draft, index) => {
      const unsealed = { ...draft, log: this.origin, seq: this.#tree.size, recorded_at };
      const leaf = canonicalJson(unsealed);
      this.#tree.append(leafHash(leaf));
      const chain_hash = this.#tree.root().toString("base64");
      const signature =
        index === drafts.length - 1
          ? this.#signer.sign(checkpointText(this.origin, this.#tree.size, chain_hash))
          : "";
      entries.push({ ...unsealed, chain_hash, signature });
      lines += `${formatLine(leaf, chain_hash, signature)}\n`;
    });
    return { lines, entries };
  }
}

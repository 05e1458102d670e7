import { hash } from "node:crypto";
import { checkpointText, formatNote, leafHash, MerkleTree } from "@openrouter-audit/core/seal";
import { type NoteSigner, newSigner } from "../../../core/src/seal/signed-note.ts";

/** A log of leaves "0", "1", …, that can be shown at any size: what a witness sees of any C2SP log. */
export class GrowingLog {
  readonly signer: NoteSigner;
  readonly origin: string;
  readonly #leaves: readonly string[];

  constructor(
    origin = "example.com/log",
    leaf: (index: number) => string = String,
    signer = newSigner(origin),
  ) {
    this.origin = origin;
    this.signer = signer;
    this.#leaves = Array.from({ length: 300 }, (_none, index) => leafHash(leaf(index)));
  }

  root(size: number): string {
    const tree = new MerkleTree();
    for (const leaf of this.#leaves.slice(0, size)) tree.append(leaf);
    return tree.rootText();
  }

  text(size: number): string {
    return checkpointText(this.origin, size, this.root(size));
  }

  checkpoint(size: number): string {
    return formatNote(this.text(size), this.origin, this.signer.sign(this.text(size)));
  }

  /** An add-checkpoint body. */
  body(old: number, size: number): string {
    return `old ${old}\n${this.proof(old, size)
      .map((line) => `${line}\n`)
      .join("")}\n${this.checkpoint(size)}`;
  }

  /** Written from RFC 6962 section 2.1.2 word by word, so that the code under test is not its own judge. */
  proof(old: number, size: number): string[] {
    if (old === 0) return [];
    return this.#subproof(old, this.#leaves.slice(0, size), true);
  }

  #subproof(m: number, d: readonly string[], b: boolean): string[] {
    if (m === d.length) return b ? [] : [this.#mth(d)];
    let k = 1;
    while (k * 2 < d.length) k *= 2;
    if (m <= k) return [...this.#subproof(m, d.slice(0, k), b), this.#mth(d.slice(k))];
    return [...this.#subproof(m - k, d.slice(k), false), this.#mth(d.slice(0, k))];
  }

  #mth(d: readonly string[]): string {
    const root = (leaves: readonly string[]): Buffer => {
      if (leaves.length === 1) return Buffer.from(leaves[0]!, "latin1");
      let k = 1;
      while (k * 2 < leaves.length) k *= 2;
      const node = Buffer.concat([Buffer.of(1), root(leaves.slice(0, k)), root(leaves.slice(k))]);
      return Buffer.from(hash("sha256", node, "hex"), "hex");
    };
    return root(d).toString("base64");
  }
}

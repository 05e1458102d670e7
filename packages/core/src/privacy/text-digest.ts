import { createHash, type Hash, hash } from "node:crypto";
import { toWellFormed } from "../seal/canonical-json.ts";

const held = 16 * 1024;
const sha256OfNothing = hash("sha256", "", "hex");

/**
 * The SHA-256 of a text that comes in pieces, without keeping the text. Pieces may be cut inside a character, between its
 * two surrogates; a surrogate that stays alone counts as U+FFFD.
 */
export class TextDigest {
  #pending = "";
  #hash: Hash | null = null;
  #hex: string | null = null;

  add(piece: string): void {
    this.#pending += piece;
    if (this.#pending.length > held) this.#hashPending(/[\ud800-\udbff]$/.test(this.#pending) ? 1 : 0);
  }

  get isEmpty(): boolean {
    return this.#pending === "" && this.#hash === null;
  }

  /** The digest of all pieces, in hexadecimal. No piece can be added after it. */
  hex(): string {
    this.#hex ??= this.isEmpty ? sha256OfNothing : this.#wholeHex();
    return this.#hex;
  }

  /** Of a text that fits at once: a running hash is an object that has to be collected, and most texts are short. */
  #wholeHex(): string {
    return this.#hash
      ? this.#hashPending(0).digest("hex")
      : hash("sha256", toWellFormed(this.#pending), "hex");
  }

  #hashPending(except: number): Hash {
    const end = this.#pending.length - except;
    this.#hash ??= createHash("sha256");
    this.#hash.update(toWellFormed(this.#pending.slice(0, end)));
    this.#pending = this.#pending.slice(end);
    return this.#hash;
  }
}

/** The SHA-256 of a text, in hexadecimal. */
export function textDigest(text: string): string {
  const digest = new TextDigest();
  digest.add(text);
  return digest.hex();
}

import { hash } from "node:crypto";
import { sealText } from "./line.ts";

const lineFeed = 0x0a;
// Larger than nearly every commit: a place that is made anew costs more than the lines that are written into it.
const mostKept = 1 << 22;
/** Room for one seal, signed or not. */
const sealBytes = 256;

/**
 * The lines of one commit, as bytes that are hashed and written where they are. What is added after
 * {@link clear} has the same place, so that nothing may hold them once that has begun.
 */
export class CommitLines {
  // The hash of a leaf is over 0x00 || leaf: before each is the LF of the line before, and one byte before the first.
  #place = Buffer.alloc(1 << 16, lineFeed);
  #end = 1;

  get bytes(): Buffer {
    return this.#place.subarray(1, this.#end);
  }

  clear(): void {
    if (this.#place.length > mostKept) this.#place = Buffer.alloc(1 << 16, lineFeed);
    this.#end = 1;
  }

  /** Begins a line. Returns the RFC 6962 hash of its leaf, as a string of bytes. */
  addLeaf(leaf: string): string {
    // No UTF-16 code unit takes more than three bytes of UTF-8.
    this.#makeRoom(leaf.length * 3 + sealBytes);
    const before = this.#end - 1;
    const end = this.#end + this.#place.write(leaf, this.#end);
    this.#place[before] = 0x00;
    const leafHash = hash("sha256", this.#place.subarray(before, end), "binary");
    this.#place[before] = lineFeed;
    this.#end = end;
    return leafHash;
  }

  /** Ends the line that was begun. */
  addSeal(chainHash: string): void {
    this.#writeOver("}", `${sealText(chainHash, "")}\n`);
  }

  /** Gives the newest line its signature. */
  sign(signature: string): void {
    this.#makeRoom(signature.length);
    this.#writeOver('"}\n', `${signature}"}\n`);
  }

  #writeOver(last: string, text: string): void {
    const start = this.#end - last.length;
    this.#end = start + this.#place.write(text, start, "latin1");
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#place.length) return;
    const larger = Buffer.alloc((this.#end + bytes) * 2);
    this.#place.copy(larger, 0, 0, this.#end);
    this.#place = larger;
  }
}

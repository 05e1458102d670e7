import { hash } from "node:crypto";

const blockBytes = 64;

/**
 * HMAC-SHA-256 (RFC 2104) of 32 bytes, many times with one key. As two hashes over blocks that are made ready once: what
 * `createHmac` makes for each call costs several times as much, and has to be collected.
 */
export class KeyedHash {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** @param key at most 64 bytes */
  constructor(key: Buffer) {
    this.#inner = blockOf(key, 0x36);
    this.#outer = blockOf(key, 0x5c);
  }

  /** @param content 32 bytes, as 64 hexadecimal digits. @returns as many */
  hex(content: string): string {
    this.#inner.write(content, blockBytes, "hex");
    this.#outer.write(hash("sha256", this.#inner, "binary"), blockBytes, "binary");
    return hash("sha256", this.#outer, "hex");
  }
}

function blockOf(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(blockBytes + 32);
  key.copy(block);
  for (let index = 0; index < blockBytes; index++) block[index]! ^= pad;
  return block;
}

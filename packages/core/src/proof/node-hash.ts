import { createHash } from "node:crypto";

const nodePrefix = Buffer.of(0x01);

/** RFC 6962 section 2.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash("sha256").update(nodePrefix).update(left).update(right).digest();
}

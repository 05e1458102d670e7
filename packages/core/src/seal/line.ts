import { createHash } from "node:crypto";

/** The three parts of a journal line. See docs/seal.md, "Line". */
export interface SealedLine {
  /** The JCS form of the entry without its seal, in UTF-8. */
  readonly leaf: Buffer;
  /** Base64 of the Merkle root over the leaves up to and including this one. */
  readonly chainHash: string;
  /** Base64 of key id and signature; empty for a line that a later one of its commit covers. */
  readonly signature: string;
}

/** What a signature signs: a C2SP checkpoint, https://c2sp.org/tlog-checkpoint. */
export function checkpointText(origin: string, size: number, chainHash: string): string {
  return `${origin}\n${size}\n${chainHash}\n`;
}

/** What stands in a line for the last byte of the leaf. */
export function sealText(chainHash: string, signature: string): string {
  return `,"chain_hash":"${chainHash}","signature":"${signature}"}`;
}

/** Joins a leaf and its seal to a line, without the LF. */
export function formatLine(leaf: string, chainHash: string, signature: string): string {
  return leaf.slice(0, -1) + sealText(chainHash, signature);
}

const seal =
  /,"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"\}$/;
// Room for signatures longer than today's 92 characters: a post-quantum one has a few thousand.
const longestSeal = 8192;

/** Cuts a line (without its LF) into leaf and seal. Returns null when it does not end in a seal. */
export function parseLine(line: Buffer): SealedLine | null {
  const start = line.lastIndexOf(',"chain_hash":"');
  if (start < 0 || line.length - start > longestSeal) return null;
  const parts = seal.exec(line.toString("latin1", start));
  if (!parts) return null;
  const leaf = Buffer.concat([line.subarray(0, line.length - parts[0].length), Buffer.from("}")]);
  return { leaf, chainHash: parts[1]!, signature: parts[2]! };
}

/** A hash over leaf and seal: the same leaf with another seal is another line. */
export function hashOfLine({ leaf, chainHash, signature }: SealedLine): Buffer {
  return createHash("sha256").update(leaf).update(chainHash).update(signature).digest();
}

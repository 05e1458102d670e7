import { createHash } from "node:crypto";
import { leafHash } from "../seal/merkle.ts";

const plain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Windows opens the device, whatever stands behind the first dot. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** What the files of an entry's proof are called. Its `id` is whatever somebody wrote into the journal. */
export function nameOfEntryProof(id: string, leaf: Buffer): string {
  if (isPlain(id)) return id;
  return `entry-${Buffer.from(leafHash(leaf), "latin1").toString("hex").slice(0, 16)}`;
}

/** What the files of a consistency proof are called. */
export function nameOfConsistencyProof(origin: string, oldSize: number, newSize: number): string {
  const last = origin.slice(origin.lastIndexOf("/") + 1);
  const log = isPlain(last) ? last : `log-${createHash("sha256").update(origin).digest("hex").slice(0, 16)}`;
  return `${log}-${oldSize}-${newSize}`;
}

function isPlain(text: string): boolean {
  return plain.test(text) && !device.test(text);
}

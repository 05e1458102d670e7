import { createHash } from "node:crypto";

// The definitions of RFC 6962, section 2.1, word for word; and lines as docs/seal.md cuts them.

const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));

export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return hash();
  if (leaves.length === 1) return hash(Buffer.of(0), leaves[0]!);
  const k = split(leaves.length);
  return hash(Buffer.of(1), merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)));
}

/** PATH(m, D[n]) of section 2.1.1. */
export function inclusionProof(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...inclusionProof(left, index), merkleRoot(right)]
    : [...inclusionProof(right, index - k), merkleRoot(left)];
}

/** A line of a journal in its parts. */
export interface Line {
  readonly log: string;
  readonly seq: number;
  readonly leaf: Buffer;
  readonly root: string;
  readonly signature: string;
}

export function linesOfLogs(lines: readonly string[]): Line[][] {
  const logs = new Map<string, Line[]>();
  for (const line of lines) {
    const [end, root, signature] = /,"chain_hash":"([^"]+)","signature":"([^"]*)"\}$/.exec(line)!;
    const { log, seq } = JSON.parse(line) as Line;
    const leaf = Buffer.from(`${line.slice(0, -end.length)}}`);
    logs.set(log, [...(logs.get(log) ?? []), { log, seq, leaf, root: root!, signature: signature! }]);
  }
  return [...logs.values()];
}

/** A signed line as a checkpoint that any C2SP tool opens. */
export function checkpointOf({ log, seq, root, signature }: Line): string {
  return `${log}\n${seq + 1}\n${root}\n\n\u2014 ${log} ${signature}\n`;
}

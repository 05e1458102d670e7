import { createHash } from "node:crypto";
import { type Json, jcs, openSignedNote } from "./second-implementation.ts";

// What docs/seal.md, "Proofs" says, written a second time from that page and RFC 6962 alone.

const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const node = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right);

function fail(step: string): never {
  throw new Error(step);
}

function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** The root that PATH(m, D[n]) of RFC 6962 section 2.1.1 gives. */
function rootOfPath(m: number, n: number, leaf: Buffer, path: readonly Buffer[]): Buffer {
  if (n === 1) return path.length === 0 ? leaf : fail("inclusion");
  const k = splitOf(n);
  const sibling = path.at(-1) ?? fail("inclusion");
  const below = path.slice(0, -1);
  return m < k
    ? node(rootOfPath(m, k, leaf, below), sibling)
    : node(sibling, rootOfPath(m - k, n - k, leaf, below));
}

/** The roots that SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2 gives. */
function rootsOfSubproof(
  m: number,
  n: number,
  known: Buffer | null,
  proof: readonly Buffer[],
): { old: Buffer; all: Buffer } {
  if (m === n) {
    const root = known ?? proof[0] ?? fail("consistency");
    return proof.length === (known ? 0 : 1) ? { old: root, all: root } : fail("consistency");
  }
  const k = splitOf(n);
  const sibling = proof.at(-1) ?? fail("consistency");
  const below = proof.slice(0, -1);
  if (m <= k) {
    const { old, all } = rootsOfSubproof(m, k, known, below);
    return { old, all: node(all, sibling) };
  }
  const { old, all } = rootsOfSubproof(m - k, n - k, null, below);
  return { old: node(sibling, old), all: node(sibling, all) };
}

interface Read {
  readonly number: number;
  readonly hashes: Buffer[];
  readonly checkpoint: string;
}

function read(text: string, header: string, word: string): Read {
  const end = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, end).split("\n");
  if (first !== header) fail("format");
  if (word === "index" && lines[0]!.startsWith("extra ")) lines.shift();
  const number = new RegExp(`^${word} (0|[1-9][0-9]*)$`).exec(lines[0]!)?.[1] ?? fail("format");
  if (word === "old" && number === "0") fail("format");
  const hashes = lines.slice(1).map((line) => Buffer.from(line, "base64"));
  return { number: Number(number), hashes, checkpoint: text.slice(end + 2) };
}

function openHead(delegation: string, checkpoint: string, rootKey: string) {
  const [kind, origin, vkey] = openSignedNote(delegation, rootKey)?.split("\n") ?? fail("delegation");
  if (kind !== "openrouter-audit/log-delegation/v1") fail("delegation");
  return { origin: origin!, vkey: vkey!, ...openCheckpoint(checkpoint, origin!, vkey!, "checkpoint") };
}

function openCheckpoint(checkpoint: string, origin: string, vkey: string, step: string) {
  const lines = openSignedNote(checkpoint, vkey)?.split("\n") ?? fail(step);
  if (lines.length !== 4 || lines[0] !== origin) fail(step);
  return { size: Number(lines[1]), root: lines[2]! };
}

/** Throws the name of the step that fails. */
export function checkEntryProof(entry: string, proof: string, delegation: string, rootKey: string): void {
  const { number, hashes, checkpoint } = read(proof, "c2sp.org/tlog-proof@v1", "index");
  const head = openHead(delegation, checkpoint, rootKey);
  const said = JSON.parse(entry) as { [name: string]: Json };
  if (jcs(said) !== entry) fail("entry");
  if (said.log !== head.origin || said.seq !== number || number >= head.size) fail("position");
  const leaf = sha256(Buffer.of(0), Buffer.from(entry));
  if (rootOfPath(number, head.size, leaf, hashes).toString("base64") !== head.root) fail("inclusion");
}

/** Throws the name of the step that fails. */
export function checkConsistencyProof(proof: string, delegation: string, old: string, rootKey: string): void {
  const { number, hashes, checkpoint } = read(proof, "openrouter-audit/consistency-proof/v1", "old");
  const head = openHead(delegation, checkpoint, rootKey);
  const before = openCheckpoint(old, head.origin, head.vkey, "old head");
  if (before.size !== number) fail("old head");
  if (number > head.size) fail("consistency");
  const roots = rootsOfSubproof(number, head.size, Buffer.from(before.root, "base64"), hashes);
  if (roots.old.toString("base64") !== before.root || roots.all.toString("base64") !== head.root)
    fail("consistency");
}

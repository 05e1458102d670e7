import { rootSignerOf } from "../../src/privacy/secret.ts";
import { canonicalJson } from "../../src/seal/canonical-json.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { formatLine, parseLine } from "../../src/seal/line.ts";
import { leafHash, MerkleTree } from "../../src/seal/merkle.ts";
import { newSigner, signerFromSeed } from "../../src/seal/signed-note.ts";
import type { AnyEntry } from "./journals.ts";

// What somebody who may write the files, and does not have the secret, can do to them.

/** A line of the log's own with other content, sealed as well as somebody without the key can. */
export function rehash(lines: string[], from: number, change: (entry: AnyEntry) => void): string[] {
  const tree = new MerkleTree();
  return lines.map((line, index) => {
    const { leaf, signature } = parseLine(Buffer.from(line))!;
    const entry = JSON.parse(leaf.toString());
    if (entry.seq === 0 && index > from) return line;
    if (index >= 6) return line;
    if (index >= from) change(entry);
    const changed = canonicalJson(entry);
    tree.append(leafHash(changed));
    return formatLine(changed, tree.root().toString("base64"), signature);
  });
}

/** A whole log made by somebody with another secret. */
export function forge(rootSecret: string | null, events: readonly string[]): string[] {
  const tree = new MerkleTree();
  const log = "openrouter-audit/host/01936a80-0000-7000-8000-000000000000";
  const signer = newSigner(log);
  const root =
    rootSecret === null
      ? signerFromSeed(log, Buffer.alloc(32))
      : rootSignerOf(rootSecret, "openrouter-audit");
  const time = new Date().toISOString();
  const delegation = issueDelegation(root, log, signer.vkey, new Date());
  return events.map((event_type, seq) => {
    const detail = seq === 0 ? { log_key: signer.vkey, delegation, heartbeat_ms: 1e15, links: [] } : null;
    const leaf = canonicalJson({
      id: `${seq}`,
      log,
      seq,
      timestamp: time,
      recorded_at: time,
      event_type,
      detail,
    });
    tree.append(leafHash(leaf));
    const hash = tree.root().toString("base64");
    return formatLine(leaf, hash, signer.sign(`${log}\n${seq + 1}\n${hash}\n`));
  });
}

export function without(lines: string[], ...numbers: number[]): string[] {
  return lines.filter((_, index) => !numbers.includes(index + 1));
}

export function swapped(lines: string[], a: number, b: number): string[] {
  return lines.map((line, index) =>
    index === a - 1 ? lines[b - 1]! : index === b - 1 ? lines[a - 1]! : line,
  );
}

export function edited(lines: string[], number: number, from: string | RegExp, to: string): string[] {
  return lines.map((line, index) => (index === number - 1 ? line.replace(from, to) : line));
}

export const unsignedNext = (lines: string[], at: number): string => {
  const tree = new MerkleTree();
  const first = lines.slice(0, at).filter((line) => JSON.parse(line).log === JSON.parse(lines[at - 1]!).log);
  for (const line of first) tree.append(leafHash(parseLine(Buffer.from(line))!.leaf));
  const { chain_hash: _, signature: __, ...entry } = JSON.parse(first.at(-1)!);
  const leaf = canonicalJson({
    ...entry,
    seq: entry.seq + 1,
    event_type: "test.event",
    id: "appended",
    detail: null,
  });
  tree.append(leafHash(leaf));
  return formatLine(leaf, tree.root().toString("base64"), "");
};

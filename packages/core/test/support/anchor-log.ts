import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogHead } from "../../src/index.ts";
import { deriveKey } from "../../src/privacy/secret.ts";
import { anchorOrigin } from "../../src/seal/anchor-key.ts";
import { canonicalJson } from "../../src/seal/canonical-json.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { formatLine, parseLine } from "../../src/seal/line.ts";
import { leafHash, MerkleTree } from "../../src/seal/merkle.ts";
import { signerFromSeed } from "../../src/seal/signed-note.ts";
import { secret } from "./journals.ts";
import { rootOf } from "./sealed-log.ts";

/** An entry of an anchor log: its type, its detail, its time. */
export type AnchorEntry = readonly ["audit.anchored" | "audit.deleted", object, string];

/** Writes the anchor log of a journal, `audit.opened` first. */
export function writeAnchorLog(journal: string, entries: readonly AnchorEntry[]): void {
  const log = anchorOrigin("openrouter-audit");
  const signer = signerFromSeed(log, deriveKey(secret, "openrouter-audit/root-ed25519/v1"));
  const begun = "2026-11-01T00:00:00.000Z";
  const delegation = issueDelegation(rootOf(secret), log, signer.vkey, new Date(begun));
  const opened = { seal: 1, log_key: signer.vkey, delegation, heartbeat_ms: 0, links: [], torn_files: [] };
  const tree = new MerkleTree();
  const lines = [["audit.opened", opened, begun] as const, ...entries].map(
    ([event_type, detail, time], seq) => {
      const id = `anchor-${seq}`;
      const leaf = canonicalJson({ id, log, seq, timestamp: time, recorded_at: time, event_type, detail });
      tree.append(leafHash(leaf));
      const root = tree.rootText();
      return formatLine(leaf, root, signer.sign(`${log}\n${seq + 1}\n${root}\n`));
    },
  );
  mkdirSync(join(journal, "anchor"));
  writeFileSync(join(journal, "anchor", "anchor.jsonl"), lines.map((line) => `${line}\n`).join(""));
}

/** What a tombstone says of a log of which the first `size` lines were deleted. */
export function cutOf(lines: readonly string[], size: number, head: LogHead, closed: boolean) {
  const tree = new MerkleTree();
  for (const line of lines.slice(0, size)) tree.append(leafHash(parseLine(Buffer.from(line))!.leaf));
  const { log, seq, recorded_at, chain_hash, signature } = JSON.parse(lines[size - 1]!);
  const { log_key, delegation } = head;
  return {
    log,
    size,
    frontier: tree.frontier.map((root) => root.toString("base64")),
    newest: recorded_at,
    closed,
    head: { log, size: seq + 1, chain_hash, signature, log_key, delegation },
  };
}

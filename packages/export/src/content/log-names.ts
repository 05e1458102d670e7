import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { LogHead, ProvenStretch } from "@openrouter-audit/core/seal";
import { checkpointText, formatHead, formatNote } from "@openrouter-audit/core/seal";
import type { Adding } from "../bag/bag-writer.ts";
import { countedBytes, type OnBytes } from "../counted-bytes.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What the files about a log are called: an origin may hold anything. */
export function nameOfLog(origin: string): string {
  const last = basename(origin);
  return uuid.test(last) ? last : `log-${createHash("sha256").update(origin).digest("hex").slice(0, 16)}`;
}

/** The heads of logs, as heads and as checkpoints. */
export async function addHeads(bag: Adding, heads: readonly LogHead[]): Promise<void> {
  const sorted = [...new Map(heads.map((head) => [head.log, head])).values()].sort((a, b) =>
    a.log < b.log ? -1 : 1,
  );
  await bag.add("data/checkpoints/heads.jsonl", sorted.map(formatHead).join(""));
  for (const { log, size, chain_hash, signature, delegation } of sorted) {
    const stem = `data/checkpoints/${nameOfLog(log)}`;
    await bag.add(`${stem}.checkpoint`, formatNote(checkpointText(log, size, chain_hash), log, signature));
    await bag.add(`${stem}.delegation.note`, delegation);
  }
}

/** The inclusion proofs of a selection. */
export async function addProofs(
  bag: Adding,
  stretches: readonly ProvenStretch[],
  onProgress?: OnBytes<"proving">,
): Promise<void> {
  const all = stretches.flatMap(({ proofs }) => proofs);
  const onBytes = countedBytes(
    onProgress,
    "proving",
    all.reduce((sum, { proof }) => sum + proof.length, 0),
  );
  const delegated = new Set<string>();
  for (const { head, proofs } of stretches) {
    const folder = `data/proofs/${nameOfLog(head.log)}`;
    if (!delegated.has(head.log)) await bag.add(`${folder}/delegation.note`, head.delegation);
    delegated.add(head.log);
    for (const { seq, proof } of proofs) {
      await bag.add(`${folder}/${seq}.tlog-proof`, proof);
      onBytes(proof.length);
    }
  }
}

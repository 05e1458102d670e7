import { join } from "node:path";
import { type AuditEntry, AuditError, trustedKeys } from "@openrouter-audit/core";
import { anchoredHeads, anchorVkeyOf, contentOf, verifierOf } from "@openrouter-audit/core/seal";

/**
 * What an anchor log notes of a journal, oldest first.
 *
 * @throws AuditError `INVALID_OPTIONS` for what is no vkey; `JOURNAL_UNREADABLE` without an anchor log; `ANCHOR_DAMAGED` when it does not verify: what it says proves nothing then
 */
export async function verifiedNotes(
  anchors: string,
  directory: string,
  key: string,
): Promise<readonly AuditEntry[]> {
  if (!anchorVkeyOf(key))
    throw new AuditError("INVALID_OPTIONS", `${JSON.stringify(key)} is not an Ed25519 public key (vkey).`);
  const { keys } = trustedKeys(directory, key);
  const { notes, problems } = await anchoredHeads(
    anchors,
    keys.map(({ vkey }) => verifierOf(vkey)!),
  );
  const damage = problems.find(({ result }) => result === "tampered");
  if (!damage) return notes;
  throw new AuditError(
    "ANCHOR_DAMAGED",
    `The anchor log in ${anchors} does not verify with ${key}: ${damage.verdict}, ${damage.message}. What it says of archives proves nothing.`,
  );
}

/** The root vkey that a journal keeps. @throws AuditError `JOURNAL_UNREADABLE` */
export function ownKey(directory: string): string {
  const key = contentOf(join(directory, "public-key"))?.trim();
  if (key) return key;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `There is no file public-key in ${directory}: give the public key that the anchor log is to be checked with.`,
  );
}

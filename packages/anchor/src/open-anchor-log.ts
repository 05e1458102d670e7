import { closeSync, constants, fsyncSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError, type VerificationProblem } from "@openrouter-audit/core";
import {
  type AnchoredHeads,
  anchoredHeads,
  anchorFile,
  anchorVkeyOf,
  createOnce,
  ownerIn,
  verifierOf,
} from "@openrouter-audit/core/seal";
import { isAnchorDamage } from "./anchor-damage.ts";
import type { FoundAnchorLog } from "./anchor-writer.ts";

/**
 * Reads and verifies an anchor log to go on with it; where there is none, makes an empty one. Its directory must be
 * locked.
 *
 * @param rootKeys the root vkeys that are trusted
 * @throws AuditError `ANCHOR_DAMAGED` when it is damaged: nothing is ever repaired, and nothing is added to what
 * cannot be proven
 */
export async function openAnchorLog(directory: string, rootKeys: readonly string[]): Promise<FoundAnchorLog> {
  const path = join(directory, anchorFile);
  createOnce(path, "", ownerIn(directory));
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  fsyncSync(file);
  closeSync(file);
  const bytes = statSync(path).size;
  return { directory, read: await readAnchorLog(directory, rootKeys), bytes };
}

/**
 * Reads and verifies an anchor log, to look at: nothing is made, locked or written. What a plan is made of must be what a run is made of:
 * of a damaged one, it would lack the holds in it.
 *
 * @param rootKeys the root vkeys that are trusted
 * @throws AuditError `ANCHOR_DAMAGED`; `KEY_MISMATCH` when it is another key's; `JOURNAL_UNREADABLE` when there is none
 */
export async function readAnchorLog(directory: string, rootKeys: readonly string[]): Promise<AnchoredHeads> {
  const read = await anchoredHeads(directory, rootKeys.map(rootVerifier));
  const damage = read.problems.find(isAnchorDamage);
  if (damage) throw damaged(join(directory, anchorFile), damage);
  return read;
}

/** @throws AuditError `INVALID_OPTIONS` */
export function rootVerifier(vkey: string) {
  const verifier = verifierOf(vkey);
  if (verifier && anchorVkeyOf(vkey)) return verifier;
  throw new AuditError("INVALID_OPTIONS", `${JSON.stringify(vkey)} is not an Ed25519 public key (vkey).`);
}

function damaged(path: string, { verdict, at, message }: VerificationProblem): AuditError {
  const where = at ? `${path}:${at.line}` : path;
  const advice =
    verdict === "UNDELEGATED_STREAM"
      ? "Is the secret, or the name, another one than it was begun with?"
      : "It is not repaired and not continued: keep it as evidence, bring back the undamaged file if you have it, or begin a new one in another directory, with new places for its checkpoint: those that know the damaged one will say that the new one is another.";
  return new AuditError(
    verdict === "UNDELEGATED_STREAM" ? "KEY_MISMATCH" : "ANCHOR_DAMAGED",
    `The anchor log does not verify: ${verdict}, ${where}: ${message}. ${advice}`,
  );
}

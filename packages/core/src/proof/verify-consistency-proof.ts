import { parseHash } from "../seal/checkpoint.ts";
import { isProvenHead, type LogHead } from "../seal/log-head.ts";
import { rootsOfConsistency } from "./consistency-proof.ts";
import { type FailedProof, ProofFailure, provenOr } from "./proof-failure.ts";
import { parseConsistency } from "./proof-file.ts";
import { type ProofKey, rootKeysOf } from "./root-keys.ts";
import { type DelegatedKey, openCheckpoint, openDelegation, type SizedRoot } from "./signed-head.ts";

/**
 * The first head: a checkpoint; a head as links have it; or only the root (base64) that somebody noted, which is
 * believed as it is.
 */
export type OldHead =
  | { readonly checkpoint: string }
  | { readonly head: LogHead }
  | { readonly root: string };

/** The contents of the files that show that a log only grew. See docs/seal.md, "Proofs". */
export interface ConsistencyProofFiles {
  /** `<stem>.consistency-proof` */
  readonly proof: string;
  /** `<stem>.delegation.note` */
  readonly delegation: string;
  readonly old: OldHead;
}

/** That a log only grew. */
export interface ProvenGrowth {
  readonly proven: true;
  readonly log: string;
  readonly oldSize: number;
  /** In base64. */
  readonly oldRoot: string;
  /** Whether a signature says that this root was the log's: not so of one that was noted. */
  readonly oldSigned: boolean;
  readonly newSize: number;
  readonly newRoot: string;
  /** The vkey of the log. */
  readonly logKey: string;
  /** The root vkey that certified it: one of those given. */
  readonly rootKey: string;
  /** When that was, in the words of whoever did. */
  readonly delegated: string;
}

/**
 * Checks that between two heads of a log nothing but entries at the end was added, with the root's public key alone: the
 * steps of docs/seal.md, "That a log only grew". Whatever the files hold, it answers and throws nothing.
 *
 * @throws AuditError `INVALID_OPTIONS` when the key is no vkey
 */
export function verifyConsistencyProof(
  files: ConsistencyProofFiles,
  key: ProofKey,
): ProvenGrowth | FailedProof {
  const rootKeys = rootKeysOf(key);
  return provenOr(() => {
    const { number: oldSize, hashes, checkpoint } = parseConsistency(files.proof);
    const delegated = openDelegation(files.delegation, rootKeys);
    const latest = openCheckpoint(checkpoint, delegated);
    if ("head" in files.old && !isProvenHead(files.old.head, rootKeys))
      throw new ProofFailure("old head", "the old head does not prove itself", "a head of a log", "another");
    const old = openOld(files.old, delegated, oldSize);
    if (old.size !== oldSize)
      throw new ProofFailure("old head", "the old head is another", `size ${oldSize}`, `size ${old.size}`);
    checkGrowth(old, latest, hashes);
    return {
      proven: true,
      log: delegated.origin,
      oldSize,
      oldRoot: old.root.toString("base64"),
      oldSigned: !("root" in files.old),
      newSize: latest.size,
      newRoot: latest.root.toString("base64"),
      logKey: delegated.key.vkey,
      rootKey: delegated.rootKey,
      delegated: delegated.time,
    };
  });
}

function openOld(old: OldHead, delegated: DelegatedKey, size: number): SizedRoot {
  if ("checkpoint" in old) return openCheckpoint(old.checkpoint, delegated, "old head");
  if ("head" in old && old.head.log !== delegated.origin)
    throw new ProofFailure("old head", "the old head is of another log", delegated.origin, old.head.log);
  const base64 = "head" in old ? old.head.chain_hash : old.root;
  const root = parseHash(base64);
  if (root) return { size: "head" in old ? old.head.size : size, root };
  throw new ProofFailure("old head", "the old head has no root", "32 bytes in base64", base64.slice(0, 100));
}

function checkGrowth(old: SizedRoot, latest: SizedRoot, hashes: readonly Buffer[]): void {
  const roots = rootsOfConsistency(old.size, latest.size, old.root, hashes);
  const sizes = `${old.size} to ${latest.size}`;
  if (!roots)
    throw new ProofFailure(
      "consistency",
      "the proof has no form for these sizes",
      "a second size that is not smaller, and the hashes for both",
      `${hashes.length} hashes for ${sizes}`,
    );
  for (const [which, wanted, found] of [
    ["old", old.root, roots.oldRoot],
    ["new", latest.root, roots.newRoot],
  ] as const)
    if (!found.equals(wanted))
      throw new ProofFailure(
        "consistency",
        `the log did not only grow from ${sizes}: the proof leads to another ${which} root`,
        `the root ${wanted.toString("base64")}`,
        `the root ${found.toString("base64")}`,
      );
}

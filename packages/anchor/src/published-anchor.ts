import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  anchorVkeyOf,
  checkpointOf,
  growingConsistency,
  MerkleTree,
  openNote,
  ownerIn,
  replaceFile,
  verifierOf,
} from "@openrouter-audit/core/seal";
import type { Anchor } from "./anchor.ts";
import type { AnchorWriter } from "./anchor-writer.ts";

/** Writes the newest line to the file `checkpoint`. Only now, when it is on the disk: nothing else may leave this host. */
export function publishedAnchor(
  directory: string,
  { head, leafHashes }: AnchorWriter,
  rootKeys: readonly string[],
): Anchor {
  const anchorKeys = rootKeys.map((vkey) => verifierOf(anchorVkeyOf(vkey)!)!);
  const checkpoint = checkpointOf(head!);
  const path = join(directory, "checkpoint");
  if (!existsSync(path) || readFileSync(path, "utf8") !== checkpoint)
    replaceFile(path, checkpoint, ownerIn(directory));
  return {
    directory,
    head: head!,
    checkpoint,
    rootKeys,
    rootAt: (size) => treeOf(leafHashes.slice(0, size)).rootText(),
    consistencyProof: (oldSize) => consistencyProof(leafHashes, oldSize),
    open: (note) => openNote(note, anchorKeys),
  };
}

/** That a log begins with the log of its first `oldSize` leaves. Nothing has to be proven of an empty one. */
export function consistencyProof(leafHashes: readonly string[], oldSize: number): Buffer[] {
  if (oldSize === 0) return [];
  const proof = growingConsistency(oldSize, treeOf(leafHashes.slice(0, oldSize)).frontier);
  for (const leaf of leafHashes.slice(oldSize)) proof.append(leaf);
  return proof.hashes();
}

function treeOf(leafHashes: readonly string[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leafHashes) tree.append(leaf);
  return tree;
}

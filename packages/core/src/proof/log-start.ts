import type { AuditEntry } from "../entry/entry.ts";
import { MerkleTree } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { type LogKey, logKeyOf } from "../verify/log-key.ts";
import { type LinePosition } from "../verify/verdict.ts";
import { type Unprovable, unprovable } from "./unprovable.ts";

/** The newest version of docs/seal.md that proofs are made of. */
const knownSeal = 1;

/** Where the lines of a log can be read from: its key, and the tree of what was before. */
export interface LogStart {
  readonly key: LogKey;
  readonly tree: MerkleTree;
}

/** Whether a log can be read from this entry on, when its lines before are not there. */
export function isLogStart({ event_type, seq, detail }: AuditEntry): boolean {
  return (
    (event_type === "audit.opened" && seq === 0) ||
    (event_type === "audit.heartbeat" && Array.isArray(detail?.frontier))
  );
}

/** Reads the first line at hand of a log. */
export function logStartOf(
  entry: AuditEntry,
  rootKeys: readonly NoteVerifier[],
  at: LinePosition,
): LogStart | Unprovable {
  const { seq, log, detail } = entry;
  if (!isLogStart(entry)) {
    const what = `the first line of the log at hand is entry ${seq}, which is neither audit.opened nor an audit.heartbeat with a frontier: the files before are needed`;
    return unprovable("LINES_MISSING", what, at);
  }
  const { frontier, seal } = detail ?? {};
  // Anybody can write this line: what is no number is not compared, for objects can make that throw.
  if (typeof seal === "number" && seal > knownSeal)
    return unprovable("UNSUPPORTED", "the log has a newer seal than this version knows: use a newer one", at);
  const key = logKeyOf(log, detail, rootKeys);
  if (!key) return unprovable("UNDELEGATED", "the key of the log is not certified by the public key", at);
  const tree = seq === 0 ? new MerkleTree() : treeOf(seq, frontier);
  return tree
    ? { key, tree }
    : unprovable("TAMPERED", `the frontier in entry ${seq} is not one of ${seq} entries`, at);
}

function treeOf(size: number, frontier: unknown): MerkleTree | null {
  if (!Array.isArray(frontier) || frontier.length > 53) return null;
  const subtrees = frontier.map((hash) => (typeof hash === "string" ? Buffer.from(hash, "base64") : null));
  const hashes = subtrees.filter((hash) => hash?.length === 32) as Buffer[];
  if (hashes.length !== frontier.length) return null;
  try {
    return new MerkleTree(size, hashes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

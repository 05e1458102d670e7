import { isDelegation } from "../seal/delegation.ts";
import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";

/** The key of a log, proven to be the log's. */
export interface LogKey {
  readonly verifier: NoteVerifier;
  readonly log_key: string;
  readonly delegation: string;
}

/** Reads what `audit.opened`, `audit.heartbeat` and heads say of a log's key; null when no root key certifies it. */
export function logKeyOf(
  log: string,
  said: { readonly log_key?: unknown; readonly delegation?: unknown } | null | undefined,
  rootKeys: readonly NoteVerifier[],
): LogKey | null {
  const { log_key, delegation } = said ?? {};
  if (typeof log_key !== "string" || typeof delegation !== "string") return null;
  const verifier = verifierOf(log_key);
  if (!verifier || !isDelegation(delegation, rootKeys, log, log_key)) return null;
  return { verifier, log_key, delegation };
}

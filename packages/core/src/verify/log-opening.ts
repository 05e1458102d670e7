import type { AuditEntry } from "../entry/entry.ts";
import { isDelegation } from "../seal/delegation.ts";
import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";

/** What the first entry of a log says that its verification needs. */
export interface LogOpening {
  readonly key: NoteVerifier;
  /** 0 when the log promised no heartbeats. */
  readonly heartbeatMs: number;
}

/** Reads `audit.opened`; null when it is another entry, or its key is not certified by a root key. */
export function openingOf(
  { event_type, log, detail }: AuditEntry,
  rootKeys: readonly NoteVerifier[],
): LogOpening | null {
  const { log_key, delegation, heartbeat_ms } = detail ?? {};
  if (event_type !== "audit.opened" || typeof log_key !== "string" || typeof delegation !== "string")
    return null;
  const key = verifierOf(log_key);
  if (!key || !isDelegation(delegation, rootKeys, log, log_key)) return null;
  return { key, heartbeatMs: typeof heartbeat_ms === "number" ? heartbeat_ms : 0 };
}

import { isDelegation } from "./delegation.ts";
import { checkpointText } from "./line.ts";
import { type NoteVerifier, verifierOf } from "./signed-note.ts";

/**
 * The state of a log at one signed line, with all that is needed to prove it with the root's public key alone: what
 * `audit.opened` says of the logs before it. See docs/seal.md, "Links".
 */
export interface LogHead {
  readonly log: string;
  /** How many entries the log had: `seq + 1` of the signed line. */
  readonly size: number;
  readonly chain_hash: string;
  readonly signature: string;
  /** The vkey of the log. */
  readonly log_key: string;
  /** The root's note that certifies `log_key`. */
  readonly delegation: string;
}

/** Whether a value is a head that a log of the root keys really had. */
export function isProvenHead(value: unknown, rootKeys: readonly NoteVerifier[]): value is LogHead {
  const { log, size, chain_hash, signature, log_key, delegation } = (value ?? {}) as Partial<
    Record<keyof LogHead, unknown>
  >;
  if (typeof log !== "string" || !Number.isSafeInteger(size) || typeof chain_hash !== "string") return false;
  if (typeof signature !== "string" || typeof log_key !== "string" || typeof delegation !== "string")
    return false;
  if (!isDelegation(delegation, rootKeys, log, log_key)) return false;
  return verifierOf(log_key)?.verify(checkpointText(log, size as number, chain_hash), signature) === true;
}

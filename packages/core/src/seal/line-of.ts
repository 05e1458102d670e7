import type { AuditEntry } from "../entry/entry.ts";
import { canonicalJson } from "./canonical-json.ts";
import { formatLine } from "./line.ts";

/**
 * The exact journal line of an entry as it was written, without LF: what a sink keeps must be this, or give this back, to be
 * verifiable by itself. The leaf is canonical JSON and its seal stands behind it, see docs/seal.md, "Line".
 *
 * @param entry as a sink is given it, or read back: with the members that were written, and no others
 */
export function lineOf(entry: AuditEntry): string {
  const { chain_hash, signature, ...leaf } = entry;
  return formatLine(canonicalJson(leaf), chain_hash, signature);
}

import type { AuditEntry } from "../entry/entry.ts";
import { treeOfFrontier } from "../seal/frontier.ts";
import { isProvenHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { Cut } from "./cut.ts";

/**
 * The cuts of an `audit.deleted` entry of an anchor log that prove themselves: the frontier must fold to the root of a
 * proven head. See docs/seal.md, "Tombstones".
 */
export function cutsOf(
  { event_type, detail, recorded_at }: AuditEntry,
  rootKeys: readonly NoteVerifier[],
): Cut[] {
  const { cuts, table } = detail ?? {};
  const ofTable = typeof table === "string";
  if (event_type !== "audit.deleted" || !Array.isArray(cuts)) return [];
  return (cuts as readonly unknown[])
    .filter((cut): cut is Omit<Cut, "deletedAt" | "ofTable"> => isCut(cut, rootKeys))
    .map((cut) => ({ ...cut, ofTable, deletedAt: recorded_at }));
}

function isCut(value: unknown, rootKeys: readonly NoteVerifier[]): boolean {
  const { log, size, frontier, newest, closed, head } = (value ?? {}) as Partial<Record<keyof Cut, unknown>>;
  if (typeof newest !== "string" || typeof closed !== "boolean" || !isProvenHead(head, rootKeys))
    return false;
  return (
    head.log === log &&
    head.size === size &&
    treeOfFrontier(head.size, frontier)?.rootText() === head.chain_hash
  );
}

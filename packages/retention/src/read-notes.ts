import { isAnchorDamage } from "@openrouter-audit/anchor";
import { type AuditEntry, AuditError } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";

/**
 * What an anchor log notes of a journal besides heads, as far as it verifies: `audit.archived`, `audit.deleted`, `audit.hold`,
 * `audit.approved`, oldest first.
 *
 * @param rootKeys the root vkeys that are trusted
 * @returns in `problems`, what does not verify of it: then there may have been other notes
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no anchor log; `INVALID_OPTIONS` for what is no vkey
 */
export async function readNotes(
  anchors: string,
  rootKeys: readonly string[],
): Promise<{ readonly notes: readonly AuditEntry[]; readonly problems: readonly string[] }> {
  const { notes, problems } = await anchoredHeads(
    anchors,
    rootKeys.map((vkey) => verifierOf(vkey) ?? refuse(vkey)),
  );
  return {
    notes,
    problems: problems.filter(isAnchorDamage).map(({ verdict, message }) => `${verdict}, ${message}`),
  };
}

function refuse(vkey: string): never {
  throw new AuditError("INVALID_OPTIONS", `${JSON.stringify(vkey)} is not a public key (vkey).`);
}

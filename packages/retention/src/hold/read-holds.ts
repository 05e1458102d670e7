import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import { type Hold, holdsIn } from "./hold.ts";

/**
 * The holds that an anchor log tells of, as far as it verifies.
 *
 * @param rootKeys the root vkeys that are trusted
 * @returns in `problems`, what does not verify of it: then there may have been others
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no anchor log
 */
export async function readHolds(
  anchors: string,
  rootKeys: readonly string[],
): Promise<{
  readonly active: readonly Hold[];
  readonly released: readonly Hold[];
  readonly problems: readonly string[];
}> {
  const { notes, problems } = await anchoredHeads(
    anchors,
    rootKeys.flatMap((vkey) => verifierOf(vkey) ?? []),
  );
  return { ...holdsIn(notes), problems: problems.map(({ verdict, message }) => `${verdict}, ${message}`) };
}

import { join } from "node:path";
import type { AuditEntry } from "@openrouter-audit/core";
import type { JournalFileFacts } from "./file-facts.ts";
import { heldBecause, holdInWords } from "./hold/held-because.ts";
import { holdsIn } from "./hold/hold.ts";

/** Why a file that is old enough is not deleted: legal holds that were noted and not released, and cover an entry in it. */
export function keptBy(
  directory: string,
  notes: readonly AuditEntry[],
): (facts: Pick<JournalFileFacts, "file">) => Promise<string | null> {
  const { active } = holdsIn(notes);
  return async ({ file }) => {
    const holds = await heldBecause(join(directory, file), active);
    return holds.length > 0 ? holds.map(holdInWords).join("; ") : null;
  };
}

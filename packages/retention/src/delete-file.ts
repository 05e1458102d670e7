import { unlinkSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry, JsonObject } from "@openrouter-audit/core";
import { flushDirectory } from "@openrouter-audit/core/seal";
import type { JournalFileFacts } from "./file-facts.ts";
import { isUnchanged } from "./file-state.ts";
import type { PlannedCut } from "./tombstone.ts";

/** So that one line of the anchor log stays small. docs/seal.md, "Tombstones". */
const mostCuts = 256;

/**
 * Deletes a file: its tombstone first, which is on the disk when the file goes. One file after the other, so that what is left
 * after a crash begins where a tombstone says.
 *
 * @param noted what was noted before: a deletion that was cut short is not noted again
 * @param more what else the tombstone says: the policy, who approved it
 * @throws the file system's error, and an error when the file changed since it was read
 */
export async function deleteFile(
  directory: string,
  facts: JournalFileFacts,
  cuts: readonly PlannedCut[],
  noted: readonly AuditEntry[],
  note: (detail: JsonObject) => Promise<unknown>,
  more: JsonObject,
): Promise<void> {
  const { file, lines, bytes, sha256 } = facts;
  refuseChanged(directory, facts);
  const isNoted = isNotedIn(noted, facts);
  const missing = cuts.filter((cut) => !isNoted(cut));
  const isBegun = cuts.length > 0 && missing.length === 0;
  for (let start = 0; !isBegun && start < Math.max(1, missing.length); start += mostCuts) {
    const part = missing.slice(start, start + mostCuts).map((cut) => ({ ...cut, head: { ...cut.head } }));
    await note({ files: [{ file, lines, bytes, sha256 }], ...more, cuts: part as unknown as JsonObject[] });
  }
  // To note it takes time: that of a key service, and of the disk.
  refuseChanged(directory, facts);
  unlinkSync(join(directory, file));
  flushDirectory(directory);
}

function refuseChanged(directory: string, { file, stored }: JournalFileFacts): void {
  if (!isUnchanged(directory, file, stored))
    throw new Error(`${file} changed since it was verified; it is kept`);
}

/** Whether a tombstone of the same contents has a cut. */
function isNotedIn(noted: readonly AuditEntry[], { sha256 }: JournalFileFacts) {
  const cutsOf = ({ event_type, detail }: AuditEntry): readonly PlannedCut[] => {
    const { files, cuts, table } = (detail ?? {}) as {
      files?: { sha256?: string }[];
      cuts?: PlannedCut[];
      table?: string;
    };
    // What was deleted of a table alone excuses nothing here.
    const isOfFile =
      table === undefined && event_type === "audit.deleted" && files?.some((file) => file?.sha256 === sha256);
    return isOfFile ? (cuts ?? []) : [];
  };
  const before = new Map(noted.flatMap(cutsOf).map((cut) => [`${cut.log} ${cut.size}`, cut.closed]));
  return ({ log, size, closed }: PlannedCut) => before.get(`${log} ${size}`) === closed;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { anchorFile, contentOf, createOnce, flushDirectory, ownerIn } from "@openrouter-audit/core/seal";

/** The file of a journal that says in which anchor log its holds and its tombstones are. docs/retention.md, "One anchor log". */
const fileName = "retention-log";
const unwritable = new Set<string | undefined>(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM"]);

/**
 * Refuses to note holds and tombstones of a journal in another anchor log than those it has.
 *
 * @param first the `chain_hash` of its first line; null: it is not begun yet
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when it cannot be told
 */
export function refuseOtherLog(directory: string, anchors: string, first: string | null): void {
  if (anchors === "")
    throw new AuditError(
      "INVALID_OPTIONS",
      "The directory of the anchor log has no name: is a variable not set?",
    );
  const place = otherLog(directory, anchors, first);
  if (place === null) return;
  throw new AuditError(
    "INVALID_OPTIONS",
    `The holds and tombstones of the journal in ${directory} are ${place}: name its directory (--anchors, OPENROUTER_AUDIT_ANCHOR_DIR). ` +
      `Where it is gone for good, remove ${join(directory, fileName)}. Nothing was done.`,
  );
}

/**
 * In which anchor log the holds and tombstones of a journal are, in words, when that is another one than the one in `anchors`; null when
 * it is that one, or none is noted.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export function otherLog(directory: string, anchors: string, first: string | null): string | null {
  const path = join(directory, fileName);
  const known = knownLog(path);
  if (!known || known === first) return null;
  const looked = first === null ? `, and there is none in ${anchors}` : ` than that in ${anchors}`;
  // Whoever can write the journal can write anything into it: also lines that would pass for others of a command.
  const hash = known.split(/\s/)[0]!.slice(0, 100);
  return `in another anchor log${looked} (${path} says which: the first line of it has the chain_hash ${hash})`;
}

function knownLog(path: string): string | undefined {
  try {
    return existsSync(path) ? contentOf(path)?.trim() : undefined;
  } catch (cause) {
    throw new AuditError("JOURNAL_UNREADABLE", `Cannot read ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** As {@link refuseOtherLog}, before an anchor log that is not there yet is begun: not when the journal has one. */
export function refuseNewLog(directory: string, anchors: string): void {
  if (existsSync(join(anchors, anchorFile))) return;
  refuseOtherLog(directory, anchors, null);
  const own = join(directory, "anchor");
  if (!existsSync(join(own, anchorFile))) return;
  throw new AuditError(
    "INVALID_OPTIONS",
    `There is no anchor log in ${anchors}, and the journal in ${directory} has one in ${own}, which may have holds: is the name right ` +
      "(--anchors, OPENROUTER_AUDIT_ANCHOR_DIR)? An anchor log that is to be elsewhere is moved, not begun anew. Nothing was done.",
  );
}

/**
 * Notes in a journal which anchor log its holds and tombstones are in, once. By itself that proves nothing: it is for whoever forgets to
 * name the anchor log. Where the journal cannot be written, a full disk above all, it is left to the next time.
 */
export function keepLog(directory: string, first: string): void {
  const path = join(directory, fileName);
  if (!existsSync(directory) || existsSync(path)) return;
  try {
    createOnce(path, `${first}\n`, ownerIn(directory));
    flushDirectory(directory);
  } catch (error) {
    if (!unwritable.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

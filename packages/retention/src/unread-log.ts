import { readFileSync } from "node:fs";
import { join } from "node:path";
import { otherLog, refuseNewLog, refuseOtherLog } from "@openrouter-audit/anchor";
import { anchorFile } from "@openrouter-audit/core/seal";

/**
 * Refuses who only reads as who writes is refused: that nothing is on hold, or was deleted, is not known where the anchor log that would
 * say so was not looked at.
 *
 * @param anchors where it was looked for
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when it cannot be told
 */
export function refuseUnreadLog(directory: string, anchors: string): void {
  refuseNewLog(directory, anchors);
  refuseOtherLog(directory, anchors, firstIn(anchors));
}

/**
 * Where the holds and tombstones of a journal are, in words, when that is another anchor log than the one in `anchors`; else null. For who
 * goes on, and says what was not looked at.
 */
export function unreadLog(directory: string, anchors: string): string | null {
  try {
    return otherLog(directory, anchors, firstIn(anchors));
  } catch {
    // What cannot be read is for others to say.
    return null;
  }
}

/** The `chain_hash` of the first line as it stands there: what is verified of it is verified elsewhere. Null: it is not begun. */
function firstIn(anchors: string): string | null {
  try {
    const text = readFileSync(join(anchors, anchorFile), "utf8");
    return JSON.parse(text.slice(0, text.indexOf("\n"))).chain_hash ?? null;
  } catch {
    return null;
  }
}

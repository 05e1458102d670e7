import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readAnchorLog } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";

/** Where an anchor log was looked for, of an error that says that there is none; null for all else. */
export function missingAnchorLog(error: unknown): string | null {
  if (!(error instanceof AuditError && error.code === "JOURNAL_UNREADABLE")) return null;
  const { code, path } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const isMissing = code === "ENOENT" || code === "ENOTDIR";
  return isMissing && path !== undefined && basename(path) === "anchor.jsonl" ? dirname(path) : null;
}

/** The same, as what is said of it. */
export function noAnchorLogText(error: unknown): string | null {
  const place = missingAnchorLog(error);
  if (place === null) return null;
  const why = existsSync(place) ? "it has no file anchor.jsonl" : "there is no such directory";
  return (
    `There is no anchor log in ${place}: ${why}. Is that its name (--anchors, OPENROUTER_AUDIT_ANCHOR_DIR)? ` +
    "A journal has one when openrouter-audit anchor, retain or hold began it; without one, leave the name out."
  );
}

/**
 * Refuses the name of an anchor log that is not there, before much is read. Of one that was removed, while what it published is there, the
 * verification says that.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export async function refuseMissingAnchorLog(anchors: string): Promise<void> {
  if (existsSync(join(anchors, "anchor.jsonl"))) return;
  await readAnchorLog(anchors, []).catch((error: unknown) => {
    if (missingAnchorLog(error) !== null) throw error;
  });
}

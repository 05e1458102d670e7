import { existsSync } from "node:fs";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { type AuditEntry, trustedKeys } from "@openrouter-audit/core";
import { readNotes, refuseUnreadLog } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import {
  anchorsFor,
  anchorsOption,
  existingJournal,
  journalDirectory,
  publicKeyIn,
} from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import type { Terminal } from "../terminal.ts";

/** Where holds are noted. */
export interface HoldPlaceFlags {
  readonly anchors?: string;
  readonly name?: string;
  readonly json?: boolean;
}

export function addHoldPlaceOptions(command: Command): Command {
  return command
    .option(...anchorsOption)
    .option(...nameOption)
    .option("--json", "as JSON");
}

/** The journal, and its anchor log. @throws UnusableError when there is neither */
export function holdPlaceOf(
  given: string | undefined,
  flags: HoldPlaceFlags & { readonly newLog?: boolean },
  { env }: Terminal,
) {
  const directory = journalDirectory(given, env);
  const anchors = anchorsFor(directory, flags, env);
  // Of a table alone there is an anchor log, and no journal. A hold that nobody reads, because of a slip in its path, would be worse than none.
  if (!existsSync(anchors) && !flags.newLog) existingJournal(given, env);
  return { directory, anchors };
}

/** The option of who reads what is noted there. */
export const noteKeyOption = [
  "--key <key>",
  "the public key you were given, or @file (default: the journal's own)",
] as const;

/**
 * What is noted there, as far as it verifies; nothing where nothing was noted yet.
 *
 * @throws UnusableError when the anchor log is gone, while its directory is there
 * @throws AuditError `INVALID_OPTIONS` when the journal has its holds and tombstones in another one
 */
export async function notesIn(
  place: ReturnType<typeof holdPlaceOf>,
  flags: { readonly key?: string; readonly name?: string },
  terminal: Terminal,
): Promise<{ readonly notes: readonly AuditEntry[]; readonly problems: readonly string[] }> {
  const { directory, anchors } = place;
  if (!existsSync(join(anchors, "anchor.jsonl"))) refuseUnreadLog(directory, anchors);
  const trusted = noteKeys(place, flags, terminal);
  if (trusted === null) return { notes: [], problems: [] };
  const read = await readNotes(anchors, trusted);
  // Of a damaged one the first line may be, too: that it is damaged is what is to be said then.
  if (read.problems.length === 0) refuseUnreadLog(directory, anchors);
  return read;
}

function noteKeys(
  { directory, anchors }: ReturnType<typeof holdPlaceOf>,
  { key, name }: { readonly key?: string; readonly name?: string },
  { env }: Terminal,
): readonly string[] | null {
  if (!existsSync(anchors)) return null;
  if (!existsSync(join(anchors, "anchor.jsonl")))
    throw new UnusableError(`There is no anchor log in ${anchors}, so nobody can say what is on hold.`);
  const own = () => publicKeyIn(directory) ?? rootKeyFor(directory, { name, env }).vkey;
  const given = key === undefined ? own() : fileOrText(key);
  return existsSync(directory) ? trustedKeys(directory, given).keys.map(({ vkey }) => vkey) : [given];
}

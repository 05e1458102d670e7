import { existsSync } from "node:fs";
import type { Command } from "commander";
import { anchorsFor, anchorsOption, existingJournal, journalDirectory } from "../journal-directory.ts";
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

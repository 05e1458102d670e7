import type { Command } from "commander";
import { tellDoubt } from "../anchor-damaged.ts";
import { exitCode } from "../exit-code.ts";
import { noteText } from "../format/note-text.ts";
import { jsonLine } from "../format/visible.ts";
import {
  addHoldPlaceOptions,
  type HoldPlaceFlags,
  holdPlaceOf,
  noteKeyOption,
  notesIn,
} from "../hold/hold-place.ts";
import { directoryArgument } from "../journal-directory.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit retain log                                what was compressed, deleted, held, approved; when, and by whom?
  $ openrouter-audit retain log /srv/audit --key @public-key.txt
  $ openrouter-audit retain log --json | jq '.notes[] | select(.event_type == "audit.deleted") | .detail.files'

Oldest first, as it stands in the anchor log (--anchors), whose signatures are checked. Whether what is missing in the journal is
what was noted as deleted, is what verify says.

Exit codes: 0 shown, 1 the anchor log does not verify, 3 not possible.`;

interface LogFlags extends HoldPlaceFlags {
  readonly key?: string;
}

/** `openrouter-audit retain log`: what retention did. */
export function addRetainLog(retain: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const command = retain
    .command("log")
    .description("what was compressed, deleted, put on hold and approved, by whom")
    .argument("[dir]", directoryArgument)
    .option(...noteKeyOption);
  addHoldPlaceOptions(command)
    .addHelpText("after", examples)
    // Options that both have, `retain` has taken, wherever they stand.
    .action(async (directory: string | undefined) =>
      exitWith(await log(directory, command.optsWithGlobals<LogFlags>(), terminal)),
    );
}

async function log(given: string | undefined, flags: LogFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const place = holdPlaceOf(given, flags, terminal);
  const { notes, problems } = await notesIn(place, flags, terminal);
  if (flags.json) stdout.write(`${jsonLine({ notes, problems })}\n`);
  else for (const note of notes) stdout.write(noteText(note));
  const doubt = "There may have been more than is shown";
  if (tellDoubt(problems, doubt, stderr)) return exitCode.problem;
  if (notes.length === 0 && !flags.json) stderr.write("Nothing was compressed, deleted, held or approved.\n");
  return exitCode.fine;
}

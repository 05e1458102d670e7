import { holdsIn, holdViolationsIn } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { tellDoubt } from "../anchor-damaged.ts";
import { exitCode } from "../exit-code.ts";
import { holdText } from "../format/hold-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  addHoldPlaceOptions,
  type HoldPlaceFlags,
  holdPlaceOf,
  noteKeyOption,
  notesIn,
} from "../hold/hold-place.ts";
import { directoryArgument } from "../journal-directory.ts";
import type { Terminal } from "../terminal.ts";

interface ListFlags extends HoldPlaceFlags {
  readonly all?: boolean;
  readonly key?: string;
}

/** `openrouter-audit hold list` */
export function addHoldList(hold: Command, terminal: Terminal, exitWith: (code: number) => void): Command {
  const command = hold
    .command("list")
    .description("the holds that hold")
    .argument("[dir]", directoryArgument)
    .option("--all", "those that were released too")
    .option(...noteKeyOption);
  return addHoldPlaceOptions(command).action(async (directory: string | undefined, flags: ListFlags) =>
    exitWith(await list(directory, flags, terminal)),
  );
}

async function list(given: string | undefined, flags: ListFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const place = holdPlaceOf(given, flags, terminal);
  const { notes, problems } = await notesIn(place, flags, terminal);
  const { active, released } = holdsIn(notes);
  const violations = holdViolationsIn(notes);
  const shown = flags.all ? [...active, ...released] : active;
  if (flags.json) stdout.write(`${jsonLine({ holds: shown, problems, violations })}\n`);
  else for (const hold of shown) stdout.write(holdText(hold));
  for (const { hold, files, at } of violations)
    stderr.write(`${visible(`In spite of the hold ${hold}, ${files.join(", ")} was deleted on ${at}`)}.\n`);
  const doubt = "There may be other holds than those that are shown, and retain refuses";
  if (tellDoubt(problems, doubt, stderr)) return exitCode.problem;
  if (shown.length === 0 && !flags.json) stderr.write("Nothing is on hold.\n");
  return violations.length > 0 ? exitCode.problem : exitCode.fine;
}

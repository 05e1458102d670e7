import { existsSync } from "node:fs";
import { addHold, holdCoverage } from "@openrouter-audit/retention";
import { type Command, Option } from "commander";
import {
  addHoldActOptions,
  type HoldActFlags,
  type HoldMade,
  holdActOf,
  tellHold,
} from "../hold/hold-act.ts";
import { directoryArgument } from "../journal-directory.ts";
import { checkOrder, type Period, periodOf } from "../period.ts";
import { phasesOn } from "../progress.ts";
import { listOf } from "../query/words.ts";
import type { Terminal } from "../terminal.ts";

interface AddFlags extends HoldActFlags {
  readonly user?: readonly string[];
  readonly since?: Period;
  readonly until?: Period;
  readonly everything?: boolean;
  readonly newLog?: boolean;
}

/** `openrouter-audit hold add` */
export function addHoldAdd(hold: Command, terminal: Terminal, exitWith: (code: number) => void): Command {
  const command = hold
    .command("add")
    .description("put a hold on what is there and what is to come")
    .argument("[dir]", directoryArgument)
    .option("--user <id>", "entries of these users: u-17,u-18; may be given again", listOf)
    .option("--since <time>", "entries from then on: 2026-01, 2026-01-15T10:00", (text) => periodOf(text))
    .option("--until <time>", "entries to the end of then", (text) => periodOf(text))
    .option("--new-log", "begin the anchor log where there is none: of a table without a journal")
    .addOption(new Option("--everything", "all entries").conflicts(["user", "since", "until"]));
  return addHoldActOptions(command).action(async (directory: string | undefined, flags: AddFlags) =>
    exitWith(await tellHold("HELD", add(directory, flags, terminal), flags, terminal)),
  );
}

async function add(given: string | undefined, flags: AddFlags, terminal: Terminal): Promise<HoldMade> {
  checkOrder(flags);
  const { user: users, since, until, everything, newLog } = flags;
  const { directory, options } = holdActOf(given, flags, terminal);
  const hold = await addHold(directory, {
    ...options,
    ...(users && { users }),
    ...(since && { since: since.start }),
    ...(until && { until: until.end }),
    ...(everything && { everything }),
    ...(newLog && { newLog }),
  });
  // It holds by now: what it covers is counted in peace.
  const progress = phasesOn(terminal.stderr);
  const covered = existsSync(directory)
    ? await holdCoverage(directory, hold, progress.report).finally(progress.end)
    : null;
  return { ...hold, covered };
}

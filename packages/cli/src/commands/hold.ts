import { existsSync } from "node:fs";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError, trustedKeys } from "@openrouter-audit/core";
import { addHold, type Hold, readHolds, releaseHold } from "@openrouter-audit/retention";
import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { holdText } from "../format/hold-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  anchorsFor,
  anchorsOption,
  directoryArgument,
  existingJournal,
  journalDirectory,
  publicKeyIn,
} from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { checkOrder, type Period, periodOf } from "../period.ts";
import { onBehalfOfOption, person } from "../readings/person.ts";
import { several } from "../several.ts";
import type { Terminal } from "../terminal.ts";

const lesson = `
Examples:
  $ openrouter-audit hold add --user u-17 --reason "Smith v. Example, case 17"
  $ openrouter-audit hold add --user u-17 --user u-18 --since 2026-01 --until 2026-06 --reason "Case 17"
  $ openrouter-audit hold add /srv/audit --everything --reason "Inquiry" --on-behalf-of "Legal"
  $ openrouter-audit hold list --all
  $ openrouter-audit hold release 01999f3c-… --reason "Settled on 3 May"

What a hold covers is not deleted by retain and postgres retain, however old it is, until the hold is released. A file stays when one
entry in it is covered; the later files of its logs stay with it. Conditions of one hold must all apply to an entry; of
several holds, any. --user goes by user_id, and by claimed_user too: what may be evidence is rather kept.

A hold and its release are entries of the anchor log (--anchors), signed with the root key, with the person who ran this
command: nothing of them is ever edited. They do not reach what others delete: sinks, backups, or a person with rm.

list also tells of tombstones that somebody with the root key wrote in spite of a hold, as far as they show it.

Exit codes: 0 done, 1 refused: no such hold, or the anchor log is damaged; something was deleted in spite of a hold, 3 not possible.`;

interface PlaceFlags {
  readonly anchors?: string;
  readonly name?: string;
  readonly json?: boolean;
}

interface ActFlags extends PlaceFlags {
  readonly reason: string;
  readonly onBehalfOf?: string;
}

interface AddFlags extends ActFlags {
  readonly user?: readonly string[];
  readonly since?: Period;
  readonly until?: Period;
  readonly everything?: boolean;
  readonly newLog?: boolean;
}

interface ListFlags extends PlaceFlags {
  readonly all?: boolean;
  readonly key?: string;
}

/** `openrouter-audit hold`: what must not be deleted. */
export function addHoldCommand(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const hold = program
    .command("hold")
    .description("put a legal hold on entries, so that nothing deletes them; list holds, release one")
    .helpCommand(false)
    .addHelpText("after", lesson);
  const placed = (command: Command) =>
    command
      .option(...anchorsOption)
      .option(...nameOption)
      .option("--json", "as JSON")
      .addHelpText("after", lesson);
  const acting = (command: Command) =>
    placed(command.requiredOption("--reason <text>", "why, on one line").option(...onBehalfOfOption));
  acting(
    hold
      .command("add")
      .description("put a hold on what is there and what is to come")
      .argument("[dir]", directoryArgument)
      .option("--user <id>", "entries of this user; may be given again", several)
      .option("--since <time>", "entries from then on: 2026-01, 2026-01-15T10:00", (text) => periodOf(text))
      .option("--until <time>", "entries to the end of then", (text) => periodOf(text))
      .option("--new-log", "begin the anchor log where there is none: of a table without a journal")
      .addOption(new Option("--everything", "all entries").conflicts(["user", "since", "until"])),
  ).action(async (directory: string | undefined, flags: AddFlags) =>
    exitWith(await done("HELD", add(directory, flags, terminal), flags, terminal)),
  );
  placed(
    hold
      .command("list")
      .description("the holds that hold")
      .argument("[dir]", directoryArgument)
      .option("--all", "those that were released too")
      .option("--key <key>", "the public key you were given, or @file (default: the journal's own)"),
  ).action(async (directory: string | undefined, flags: ListFlags) =>
    exitWith(await list(directory, flags, terminal)),
  );
  acting(
    hold
      .command("release")
      .description("let what a hold covers be deleted again")
      .argument("<hold>", "its id, as list shows it")
      .argument("[dir]", directoryArgument),
  ).action(async (id: string, directory: string | undefined, flags: ActFlags) =>
    exitWith(await done("RELEASED", release(id, directory, flags, terminal), flags, terminal)),
  );
}

function placeOf(
  given: string | undefined,
  flags: PlaceFlags & { readonly newLog?: boolean },
  { env }: Terminal,
) {
  const directory = journalDirectory(given, env);
  const anchors = anchorsFor(directory, flags, env);
  // Of a table alone there is an anchor log, and no journal. A hold that nobody reads, because of a slip in its path, would be worse than none.
  if (!existsSync(anchors) && !flags.newLog) existingJournal(given, env);
  return { directory, anchors };
}

function actOf(given: string | undefined, flags: ActFlags, terminal: Terminal) {
  const { directory, anchors } = placeOf(given, flags, terminal);
  const { env } = terminal;
  const root = rootKeyFor(directory, { name: flags.name, env });
  return {
    directory,
    options: { anchors, root, reason: flags.reason, person: person(env, flags.onBehalfOf) },
  };
}

function add(given: string | undefined, flags: AddFlags, terminal: Terminal): Promise<Hold> {
  checkOrder(flags);
  const { user: users, since, until, everything } = flags;
  const { directory, options } = actOf(given, flags, terminal);
  return addHold(directory, {
    ...options,
    ...(users && { users }),
    ...(since && { since: since.start }),
    ...(until && { until: until.end }),
    ...(everything && { everything }),
    ...(flags.newLog && { newLog: true }),
  });
}

function release(id: string, given: string | undefined, flags: ActFlags, terminal: Terminal): Promise<Hold> {
  const { directory, options } = actOf(given, flags, terminal);
  return releaseHold(directory, id, options);
}

const refusals = ["UNKNOWN_HOLD", "ANCHOR_DAMAGED"];

async function done(
  word: string,
  hold: Promise<Hold>,
  { json }: PlaceFlags,
  { stdout, stderr, colors }: Terminal,
): Promise<number> {
  try {
    const made = await hold;
    stdout.write(json ? `${jsonLine(made)}\n` : `${colors.bold(word)}  ${holdText(made)}`);
    return exitCode.fine;
  } catch (error) {
    if (!(error instanceof AuditError && refusals.includes(error.code))) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}

async function list(given: string | undefined, flags: ListFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const { directory, anchors } = placeOf(given, flags, terminal);
  const own = () => publicKeyIn(directory) ?? rootKeyFor(directory, { name: flags.name, env }).vkey;
  const key = flags.key === undefined ? own() : fileOrText(flags.key);
  const trusted = existsSync(directory) ? trustedKeys(directory, key).keys.map(({ vkey }) => vkey) : [key];
  if (existsSync(anchors) && !existsSync(join(anchors, "anchor.jsonl")))
    throw new UnusableError(`There is no anchor log in ${anchors}, so nobody can say what is on hold.`);
  const { active, released, problems, violations } = existsSync(anchors)
    ? await readHolds(anchors, trusted)
    : { active: [], released: [], problems: [], violations: [] };
  const shown = flags.all ? [...active, ...released] : active;
  if (flags.json) stdout.write(`${jsonLine({ holds: shown, problems, violations })}\n`);
  else {
    for (const hold of shown) stdout.write(holdText(hold));
    if (shown.length === 0) stderr.write("Nothing is on hold.\n");
    for (const { hold, files, at } of violations)
      stderr.write(`${visible(`In spite of the hold ${hold}, ${files.join(", ")} was deleted on ${at}`)}.\n`);
    for (const problem of problems) stderr.write(`The anchor log does not verify: ${visible(problem)}.\n`);
  }
  return problems.length > 0 || violations.length > 0 ? exitCode.problem : exitCode.fine;
}

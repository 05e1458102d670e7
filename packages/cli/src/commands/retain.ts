import { existsSync } from "node:fs";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import {
  doomedIn,
  planRetention,
  type RetainedFile,
  type RetentionPlan,
  type RetentionRun,
  retain as retainJournal,
  retentionPresets,
  unconfirmed,
} from "@openrouter-audit/retention";
import { type Command, Option } from "commander";
import { tellDamage } from "../anchor-damaged.ts";
import { exitCode } from "../exit-code.ts";
import { planText } from "../format/plan-text.ts";
import { retentionJson } from "../format/retention-json.ts";
import { presetsText, retentionText } from "../format/retention-text.ts";
import { shellWord } from "../format/shell-word.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  anchorsOption,
  anchorsToDeleteBy,
  directoryArgument,
  existingJournal,
  journalDirectory,
  newLogOption,
} from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { phasesOn } from "../progress.ts";
import { onBehalfOfOption, person } from "../readings/person.ts";
import { addFilePolicyOptions, type FilePolicyFlags, filePolicyOf } from "../retention/policy-flags.ts";
import type { Terminal } from "../terminal.ts";
import { addRetainApprove } from "./retain-approve.ts";
import { addRetainLog } from "./retain-log.ts";

const examples = `
Examples:
  $ openrouter-audit retain --dry-run                                  what would be done now, and why not more?
  $ openrouter-audit retain --yes                                      compress after 30 days, delete after 90
  $ openrouter-audit retain --preset pci-dss --preset hipaa --yes      as long as the longest of them wants
  $ openrouter-audit retain --archive-after 7d --delete-after 2y --yes
  $ openrouter-audit retain --delete-after never                       only compress
  $ openrouter-audit retain --list-presets
  $ openrouter-audit retain log                                        what was done so far?
  17 3 * * *  cd /srv/app && . /etc/audit.env && /usr/local/bin/npx openrouter-audit retain /srv/audit --preset soc2 --yes     (crontab)

Files go as a whole, by the day (UTC) in their names, the oldest first: 30d, 6mo, 7y are calendar days, months and years from the
end of that day. The journal is verified just before. What is deleted is first written to the anchor log (--anchors) as a tombstone, signed with the root key:
from then on verify says INTACT of the rest, and what was disclosed of the deleted entries still proves them. An archive
is the same lines, compressed; every command reads it.

Without --yes nothing is deleted; what is old enough is compressed, which loses nothing. Use --dry-run to only look.

A file stays, whatever its age, while a legal hold covers it, a sink has not got all of it, earlier lines of one of its logs
stay, or it holds lines of a log that is tampered with. A journal that is tampered with is left alone altogether, unless
--despite-tampering. The dry run says so of each file that is old enough: of one that is too young, it names no hold.

What a preset asks for, and what you ask for, may contradict (RETENTION_CONFLICT): then nothing is done, and nothing is
chosen for you. Copies elsewhere (sinks, backups) have a retention of their own, and a lake keeps what it has: openrouter-audit lake --prune.

The root key is found as the application finds it: OPENROUTER_AUDIT_ROOT_KEY_FILE, else the secret of
OPENROUTER_AUDIT_SECRET, else of the file secret in the journal. --dry-run needs none.

Exit codes: 0 done, or shown (--dry-run), 1 refused: tampered with, or --yes is missing for what could be deleted, 2 something
failed, and is tried again in the next run, 3 not possible.`;

interface RetainFlags extends FilePolicyFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly secondApprover?: boolean;
  readonly onBehalfOf?: string;
  readonly anchors?: string;
  readonly newLog?: boolean;
  readonly name?: string;
  readonly listPresets?: boolean;
  readonly json?: boolean;
}

/** `openrouter-audit retain`: what is old is compressed, and then deleted. */
export function addRetain(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const command = program
    .command("retain")
    .description("compress old files of a journal, and delete older ones; nothing is deleted without --yes")
    .argument("[dir]", directoryArgument);
  addFilePolicyOptions(command)
    .addOption(new Option("--dry-run", "only show what would be done").conflicts("yes"))
    .option("--yes", "delete what is old enough")
    .option("--second-approver", "delete only what another person approved: retain approve")
    .option(...onBehalfOfOption)
    .option(...anchorsOption)
    .option(...newLogOption)
    .option(...nameOption)
    .option("--list-presets", "show the presets, their sources, and what they do not say")
    .option("--json", "what was done, or would be, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: RetainFlags) =>
      exitWith(await retain(directory, flags, terminal)),
    );
  addRetainApprove(command, terminal, exitWith);
  addRetainLog(command, terminal, exitWith);
}

async function retain(given: string | undefined, flags: RetainFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  if (flags.listPresets) {
    stdout.write(flags.json ? `${jsonLine(retentionPresets)}\n` : presetsText(terminal));
    return exitCode.fine;
  }
  const directory = journalDirectory(given, env);
  const anchors = anchorsToDeleteBy(directory, flags, env);
  // A journal of which everything was deleted has an anchor log.
  if (!existsSync(anchors)) existingJournal(given, env);
  const progress = phasesOn(stderr);
  const options = { anchors, onProgress: progress.report };
  const policy = filePolicyOf(flags);
  if (flags.dryRun) {
    const plan = await planRetention(directory, policy, options)
      .catch(tellDamage(stderr))
      .finally(() => progress.end());
    if (plan === null) return exitCode.problem;
    tell(plan, false, flags, terminal);
    const doomed = doomedIn(plan.files);
    if (!flags.json && doomed.length > 0) {
      const place = given === undefined ? "" : ` ${shellWord(given)}`;
      stdout.write(planText(doomed, `retain approve${place}`));
    }
    return plan.stopped === null ? exitCode.fine : exitCode.problem;
  }
  const isThere = existsSync(join(anchors, "anchor.jsonl"));
  const run = await retainJournal(directory, policy, {
    ...options,
    root: rootKeyFor(directory, { name: flags.name, env }),
    deletes: flags.yes === true,
    secondApprover: flags.secondApprover,
    person: person(env, flags.onBehalfOf),
    onFile: (file) => {
      progress.end();
      tellFile(file, flags, terminal);
    },
  })
    .catch(tellDamage(stderr))
    .finally(() => progress.end());
  if (run === null) return exitCode.problem;
  // Once, and to cron too: where it is not where everybody looks, this is when to see it.
  if (!isThere)
    stderr.write(`An anchor log was begun in ${visible(anchors)}: from now on it belongs to this journal.\n`);
  tell(run, true, flags, terminal);
  return codeOf(run, flags, terminal);
}

function tellFile({ file, done }: RetainedFile, { json }: RetainFlags, { stderr }: Terminal): void {
  if (!json && stderr.isTTY && done !== "stays") stderr.write(`${visible(file)}: ${done}\n`);
}

function tell(
  plan: RetentionPlan | RetentionRun,
  isDone: boolean,
  { json }: RetainFlags,
  terminal: Terminal,
): void {
  terminal.stdout.write(json ? `${jsonLine(retentionJson(plan))}\n` : retentionText(plan, isDone, terminal));
}

function codeOf(
  { files, stopped, notApproved }: RetentionRun,
  { yes, json }: RetainFlags,
  { stderr }: Terminal,
): number {
  const isThere = (done: RetainedFile["done"]) => files.some((file) => file.done === done);
  // To a person: what cron is told, it mails.
  if (isThere("deleted") && stderr.isTTY && !json)
    stderr.write(
      "A lake that was made of this journal still has what was deleted: openrouter-audit lake --prune.\n",
    );
  if (stopped !== null) return exitCode.problem;
  if (isThere("failed")) return exitCode.incomplete;
  if (notApproved !== null) {
    stderr.write(`${visible(notApproved)}\n`);
    return exitCode.problem;
  }
  const isWaiting = !yes && files.some(({ because }) => because.includes(unconfirmed));
  if (isWaiting) stderr.write("Nothing was deleted: say --yes, or --dry-run to only look.\n");
  return isWaiting ? exitCode.problem : exitCode.fine;
}

import { rootKeyFor } from "@openrouter-audit/anchor";
import { doomedIn, planRetention } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { tellDamage } from "../anchor-damaged.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { retentionText } from "../format/retention-text.ts";
import { visible } from "../format/visible.ts";
import { anchorsFor, anchorsOption, directoryArgument, existingJournal } from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { phasesOn } from "../progress.ts";
import { type ApprovalFlags, addApprovalOptions, approvePlan } from "../retention/approve-plan.ts";
import { addFilePolicyOptions, type FilePolicyFlags, filePolicyOf } from "../retention/policy-flags.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Two persons, of whom the operating system knows each by another name. A journal is read by its owner alone: one is the application's user, the other one root.
  alice$ sudo -u audit openrouter-audit retain --preset soc2 --yes --second-approver    refused: it names the plan
  bob$   sudo openrouter-audit retain --preset soc2 --dry-run                           what would go? Its last lines name the plan
  bob$   sudo openrouter-audit retain approve --preset soc2 --plan 9f86d081… --reason "Looked at it"
  alice$ sudo -u audit openrouter-audit retain --preset soc2 --yes --second-approver
sudo clears the environment, and with it the secret: docs/retention.md, "A second person", has the whole lines.

--plan is what you looked at: with another file, or another byte, it is another plan now. What is approved is each of these files, by its
contents, for seven days; what is due only since then takes another approval. The approval is an entry of the anchor log, signed with the root key. Give the same policy as retain is given.

Exit codes: 0 approved, 1 refused: it is another plan, or nothing is old enough, 3 not possible.`;

interface ApproveFlags extends FilePolicyFlags, ApprovalFlags {
  readonly anchors?: string;
  readonly name?: string;
}

/** `openrouter-audit retain approve`: the second person. */
export function addRetainApprove(
  retain: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = retain
    .command("approve")
    .description("agree, as a second person, to exactly what retain would delete now")
    .argument("[dir]", directoryArgument);
  addApprovalOptions(
    addFilePolicyOptions(command)
      .option(...anchorsOption)
      .option(...nameOption),
  )
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, _flags: ApproveFlags) => {
      refuseOthers(retain, command);
      // Those that both have, `retain` has taken, wherever they stand.
      exitWith(await approve(directory, command.optsWithGlobals<ApproveFlags>(), terminal));
    });
}

/** Options that only `retain` has would do nothing. @throws UnusableError */
function refuseOthers(retain: Command, { options }: Command): void {
  const own = new Set(options.map((option) => option.attributeName()));
  const other = retain.options.find(
    (option) =>
      !own.has(option.attributeName()) && retain.getOptionValue(option.attributeName()) !== undefined,
  );
  if (other !== undefined)
    throw new UnusableError(`Nothing was approved: ${other.long} is of retain, and not of retain approve.`);
}

async function approve(given: string | undefined, flags: ApproveFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const directory = existingJournal(given, env);
  const anchors = anchorsFor(directory, flags, env);
  const progress = phasesOn(stderr);
  const plan = await planRetention(directory, filePolicyOf(flags), {
    anchors,
    onProgress: progress.report,
  })
    .catch(tellDamage(stderr))
    .finally(() => progress.end());
  if (plan === null) return exitCode.problem;
  if (!flags.json) stdout.write(retentionText(plan, false, terminal));
  if (plan.stopped !== null) {
    stderr.write(`Nothing was approved: ${visible(plan.stopped)}.\n`);
    return exitCode.problem;
  }
  const root = rootKeyFor(directory, { name: flags.name, env });
  return approvePlan(directory, doomedIn(plan.files), { anchors, root }, flags, terminal);
}

import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import { approveDeletion, doomedIn, planRetention, type RetentionPolicy } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { approvalText } from "../format/plan-text.ts";
import { retentionText } from "../format/retention-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { anchorsFor, directoryArgument, existingJournal } from "../journal-directory.ts";
import { progressOn } from "../progress.ts";
import { person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";
import type { RetainFlags } from "./retain.ts";

const examples = `
Two persons, of whom the operating system knows each by another name:
  alice$ openrouter-audit retain --preset soc2 --yes --second-approver    refused: it names the plan
  bob$   openrouter-audit retain --preset soc2 --dry-run                  what would go? Its last lines name the plan
  bob$   openrouter-audit retain approve --preset soc2 --plan 9f86d081… --reason "Looked at it"
  alice$ openrouter-audit retain --preset soc2 --yes --second-approver

What is approved is exactly these files, by their contents, for seven days: with another file, or another byte, it is
another plan. The approval is an entry of the anchor log, signed with the root key. Give the same policy as retain is given.

Exit codes: 0 approved, 1 refused: it is another plan, or nothing is old enough, 3 not possible.`;

interface ApproveFlags extends RetainFlags {
  readonly plan?: string;
  readonly reason?: string;
  readonly onBehalfOf?: string;
}

/** `openrouter-audit retain approve`: the second person. */
export function addRetainApprove(
  retain: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
  policyOf: (flags: RetainFlags) => RetentionPolicy,
): void {
  retain
    .command("approve")
    .description("agree, as a second person, to exactly what retain would delete now")
    .argument("[dir]", directoryArgument)
    .option("--plan <sha256>", "the plan that was looked at: refused when it is another one now")
    .option("--reason <text>", "why, on one line")
    .option("--on-behalf-of <name>", "for whom you do this; for information")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, _flags: ApproveFlags, command: Command) =>
      exitWith(await approve(directory, command.optsWithGlobals<ApproveFlags>(), terminal, policyOf)),
    );
}

async function approve(
  given: string | undefined,
  flags: ApproveFlags,
  terminal: Terminal,
  policyOf: (flags: RetainFlags) => RetentionPolicy,
): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const directory = existingJournal(given, env);
  const anchors = anchorsFor(directory, flags, env);
  const progress = progressOn(stderr, "verifying");
  const plan = await planRetention(directory, policyOf(flags), {
    anchors,
    onProgress: progress.report,
  }).finally(() => progress.end());
  if (!flags.json) stdout.write(retentionText(plan, false, terminal));
  const files = doomedIn(plan.files);
  if (files.length === 0) {
    stderr.write("There is nothing to approve: nothing would be deleted.\n");
    return exitCode.problem;
  }
  try {
    const approval = await approveDeletion(directory, {
      files,
      anchors,
      root: rootKeyFor(directory, { name: flags.name, env }),
      person: person(env, flags.onBehalfOf),
      ...(flags.plan !== undefined && { plan: flags.plan }),
      ...(flags.reason !== undefined && { reason: flags.reason }),
    });
    stdout.write(flags.json ? `${jsonLine({ ...approval, files })}\n` : approvalText(approval));
    return exitCode.fine;
  } catch (error) {
    if (!(error instanceof AuditError && error.code === "NOT_APPROVED")) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}

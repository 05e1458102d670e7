import type { Command } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { tableRetentionText } from "../format/table-retention-text.ts";
import { visible } from "../format/visible.ts";
import { type Period, periodOf } from "../period.ts";
import { type ApprovalFlags, addApprovalOptions, approvePlan } from "../retention/approve-plan.ts";
import { addPolicyOptions, dayPolicyOf, type PolicyFlags } from "../retention/policy-flags.ts";
import { schemaOption } from "../store/open-store.ts";
import {
  addTombstoneOptions,
  neededUrl,
  placeOf,
  type TablePlaceFlags,
  tableRun,
  tableUrlArgument,
} from "../store/retain-days.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Two persons, of whom the operating system knows each by another name:
  alice$ openrouter-audit postgres retain "$DATABASE" --journal /srv/audit --preset soc2 --yes --second-approver     refused: it names the plan
  bob$   openrouter-audit postgres approve "$DATABASE" --journal /srv/audit --preset soc2 --plan 9f86d081… --reason "Looked at it"
  alice$ openrouter-audit postgres retain "$DATABASE" --journal /srv/audit --preset soc2 --yes --second-approver

With --before DAY it approves what postgres drop --before DAY drops. What is approved is each of these days of this table, by its lines, for seven
days. The approval is an entry of the anchor log, signed with the root key. Name the host and the database as who deletes does; who only reads the
table can approve. Dropped is nothing.

Exit codes: 0 approved, 1 refused: it is another plan, the table is tampered with, or nothing is old enough, 3 not possible.`;

interface ApproveFlags extends PolicyFlags, ApprovalFlags, TablePlaceFlags {
  readonly before?: Period;
}

/** `openrouter-audit postgres approve`: the second person. */
export function addPostgresApprove(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = postgres
    .command("approve")
    .description("agree, as a second person, to exactly what postgres retain, or drop, would let go now")
    .argument("<url>", tableUrlArgument)
    .option(...schemaOption)
    .option("--before <time>", "of postgres drop: days before this one", (text) => periodOf(text));
  addApprovalOptions(addTombstoneOptions(addPolicyOptions(command)))
    .addHelpText("after", examples)
    .action(async (url: string, flags: ApproveFlags) => exitWith(await approve(url, flags, terminal)));
}

async function approve(url: string, flags: ApproveFlags, terminal: Terminal): Promise<number> {
  const before = flags.before?.start.toISOString().slice(0, 10);
  const periods = [flags.deleteAfter, flags.preset, flags.minimum, flags.maximum];
  if (before !== undefined && periods.some((each) => each !== undefined))
    throw new UnusableError(
      "--before says all: leave out --delete-after, --preset, --minimum and --maximum.",
    );
  const { anchors, rotations = anchors, root } = placeOf(flags, terminal.env);
  const policy = { ...dayPolicyOf(flags), before };
  const run = await tableRun(neededUrl(url), policy, { ...flags, dryRun: true }, terminal);
  if (run === null) return exitCode.problem;
  if (!flags.json) terminal.stdout.write(tableRetentionText(run));
  if (run.stopped !== null) {
    terminal.stderr.write(`Nothing was approved: ${visible(run.stopped)}.\n`);
    return exitCode.problem;
  }
  return approvePlan(rotations, run.doomed, { anchors, root }, flags, terminal);
}

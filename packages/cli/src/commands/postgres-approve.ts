import { approveDeletion } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { approvalText } from "../format/plan-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { type Period, periodOf } from "../period.ts";
import { person } from "../readings/person.ts";
import { schemaOption } from "../store/open-store.ts";
import { isRefusal, neededUrl, placeOf, tableRun, tell } from "../store/retain-days.ts";
import { urlArgument } from "../store/with-postgres.ts";
import type { Terminal } from "../terminal.ts";
import { policyOf, type RetainFlags, withPolicy, withTombstones } from "./postgres-retain.ts";

const examples = `
Two persons, of whom the operating system knows each by another name:
  alice$ openrouter-audit postgres retain "$DATABASE" --journal /srv/audit --preset soc2 --yes --second-approver     refused: it names the plan
  bob$   openrouter-audit postgres approve "$DATABASE" --journal /srv/audit --preset soc2 --plan 9f86d081… --reason "Looked at it"
  alice$ openrouter-audit postgres retain "$DATABASE" --journal /srv/audit --preset soc2 --yes --second-approver

With --before DAY it approves what postgres drop --before DAY drops. What is approved is exactly these days of this table, by their lines, for seven
days. The approval is an entry of the anchor log, signed with the root key. Name the host and the database as who deletes does; who only reads the
table can approve. Dropped is nothing.

Exit codes: 0 approved, 1 refused: it is another plan, the table is tampered with, or nothing is old enough, 3 not possible.`;

interface ApproveFlags extends RetainFlags {
  readonly before?: Period;
  readonly plan?: string;
  readonly reason?: string;
  readonly onBehalfOf?: string;
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
    .argument("<url>", urlArgument)
    .option(...schemaOption)
    .option("--before <time>", "of postgres drop: days before this one", (text) => periodOf(text));
  withTombstones(withPolicy(command))
    .option("--plan <sha256>", "the plan that was looked at: refused when it is another one now")
    .option("--reason <text>", "why, on one line")
    .option("--on-behalf-of <name>", "for whom you do this; for information")
    .option("--json", "what was approved, as JSON")
    .addHelpText("after", examples)
    .action(async (url: string, flags: ApproveFlags) => exitWith(await approve(url, flags, terminal)));
}

async function approve(url: string, flags: ApproveFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const { plan, reason, onBehalfOf, json } = flags;
  const before = flags.before?.start.toISOString().slice(0, 10);
  const periods = [flags.deleteAfter, flags.preset, flags.minimum, flags.maximum];
  if (before !== undefined && periods.some((each) => each !== undefined))
    throw new UnusableError(
      "--before says all: leave out --delete-after, --preset, --minimum and --maximum.",
    );
  const { anchors, rotations = anchors, root } = placeOf(flags, env);
  const run = await tableRun(
    neededUrl(url),
    { ...policyOf(flags), before },
    { ...flags, yes: false },
    terminal,
  );
  if (run === null) return exitCode.problem;
  if (!json) tell(run, { ...flags, yes: true }, terminal);
  if (run.doomed.length === 0) {
    stderr.write("There is nothing to approve: nothing would be dropped.\n");
    return exitCode.problem;
  }
  try {
    const approval = await approveDeletion(rotations, {
      files: run.doomed,
      anchors,
      root,
      person: person(env, onBehalfOf),
      ...(plan !== undefined && { plan }),
      ...(reason !== undefined && { reason }),
    });
    stdout.write(json ? `${jsonLine({ ...approval, files: run.doomed })}\n` : approvalText(approval));
    return exitCode.fine;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}

import type { RootSigner } from "@openrouter-audit/anchor";
import { AuditError } from "@openrouter-audit/core";
import { approveDeletion, type DoomedFile } from "@openrouter-audit/retention";
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { approvalText } from "../format/plan-text.ts";
import { visible } from "../format/visible.ts";
import { onBehalfOfOption, person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";

/** What who approves says of it. */
export interface ApprovalFlags {
  readonly plan: string;
  readonly reason?: string;
  readonly onBehalfOf?: string;
  readonly json?: boolean;
}

/** The options of it. Without the plan one would approve what one did not look at. */
export function addApprovalOptions(command: Command): Command {
  return command
    .requiredOption("--plan <sha256>", "the plan that was looked at: refused when it is another one now")
    .option("--reason <text>", "why, on one line")
    .option(...onBehalfOfOption)
    .option("--json", "what was approved, as JSON");
}

/** Approves what would be deleted now, and tells of it; or refuses. */
export async function approvePlan(
  directory: string,
  files: readonly DoomedFile[],
  place: { readonly anchors: string; readonly root: RootSigner },
  { plan, reason, onBehalfOf, json }: ApprovalFlags,
  { env, stdout, stderr }: Terminal,
): Promise<number> {
  if (files.length === 0) {
    stderr.write("There is nothing to approve: nothing would be deleted.\n");
    return exitCode.problem;
  }
  try {
    const approval = await approveDeletion(directory, {
      ...place,
      files,
      plan,
      person: person(env, onBehalfOf),
      ...(reason !== undefined && { reason }),
    });
    stdout.write(json ? answerLine({ ...approval, files }) : approvalText(approval));
    return exitCode.fine;
  } catch (error) {
    if (!(error instanceof AuditError && refusals.has(error.code))) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}

const refusals = new Set<string>(["NOT_APPROVED", "ANCHOR_DAMAGED"]);

import type { AuditEntry, JournalVerification } from "@openrouter-audit/core";
import type { Cut } from "@openrouter-audit/core/seal";
import { holdsIn } from "./hold/hold.ts";
import type { PlanInput } from "./plan.ts";
import { planFiles } from "./plan.ts";
import type { PlannedFile } from "./planned-file.ts";
import { policyInWords, type ResolvedPolicy } from "./policy.ts";
import type { OnRetentionProgress } from "./retention-progress.ts";
import { undeliveredIn } from "./undelivered.ts";

/** What is to be done with a journal. */
export interface RetentionPlan {
  readonly directory: string;
  /** RFC 3339 in UTC. The time that was taken for now. */
  readonly at: string;
  readonly policy: ReturnType<typeof policyInWords>;
  /** What the verification just before said. */
  readonly result: JournalVerification["result"];
  /** Why nothing is done at all; null when something may be. */
  readonly stopped: string | null;
  /** In the order in which they are read. */
  readonly files: readonly PlannedFile[];
}

/** What a plan is made of, beside the policy. */
export interface Findings {
  readonly directory: string;
  readonly onProgress?: OnRetentionProgress | undefined;
  readonly now: Date;
  readonly verification: JournalVerification;
  readonly notes: readonly AuditEntry[];
  readonly cuts: readonly { readonly cut: Cut }[];
  readonly noDeletion: string | null;
  readonly unapproved?: PlanInput["unapproved"];
}

/** The plan for a journal that was verified just now. Changes nothing. */
export async function planFor(findings: Findings, policy: ResolvedPolicy): Promise<RetentionPlan> {
  const { directory, now, verification, notes, cuts, noDeletion, unapproved } = findings;
  const stopped = whyStopped(verification, policy);
  const files = await planFiles({
    directory,
    onProgress: findings.onProgress,
    policy,
    now,
    verification,
    cuts: cuts.map(({ cut }) => cut).filter(({ ofTable }) => !ofTable),
    undelivered: await undeliveredIn(directory),
    holds: holdsIn(notes).active,
    noDeletion,
    unapproved,
    stopped,
  });
  return {
    directory,
    at: now.toISOString(),
    policy: policyInWords(policy),
    result: verification.result,
    stopped,
    files,
  };
}

function whyStopped({ result, problems }: JournalVerification, { tampered }: ResolvedPolicy): string | null {
  if (result !== "tampered" || tampered === "keep_logs") return null;
  const { verdict, message, at, log } = problems.find((problem) => problem.result === "tampered")!;
  const place = at ? `${at.file}:${at.line}` : log;
  return `the journal is tampered with (${verdict}${place === null ? "" : `, ${place}`}: ${message}); openrouter-audit verify says all`;
}

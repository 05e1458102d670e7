import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorOptions,
  type AnchorRun,
  anchorDirectory,
  keepLog,
  type OpenAnchorLog,
  readAnchorLog,
  refuseNewLog,
  refuseOtherLog,
  withAnchorLog,
} from "@openrouter-audit/anchor";
import { AuditError, verifyJournal } from "@openrouter-audit/core";
import { anchorFile } from "@openrouter-audit/core/seal";
import { type ApprovalState, Approvals } from "./approval/approvals.ts";
import { doomedIn } from "./approval/doomed-in.ts";
import type { DoomedFile } from "./approval/plan-digest.ts";
import { sweepUnfinished } from "./archive-file.ts";
import { carryOut } from "./carry-out.ts";
import { lockJournal } from "./lock-journal.ts";
import { refuseForeign } from "./make-like.ts";
import { type Findings, planFor, type RetentionPlan } from "./plan-for.ts";
import { type ResolvedPolicy, type RetentionPolicy, resolvePolicy } from "./policy.ts";
import {
  checkPlanOptions,
  checkRetainOptions,
  type PlanOptions,
  type RetainOptions,
} from "./retain-options.ts";
import type { RetainedFile } from "./retained-file.ts";

/** What was done with a journal. */
export interface RetentionRun extends Omit<RetentionPlan, "files">, ApprovalState {
  readonly files: readonly RetainedFile[];
  /** Archives that a run which was killed had begun, and that were removed. */
  readonly swept: readonly string[];
  /** The run of the anchor log that this was noted in. */
  readonly anchor: AnchorRun;
}

/** Why a file is not deleted that could be. */
export const unconfirmed = "it could be deleted, and nobody said that it may be";

/**
 * What {@link retain} would do now: the same verification and the same computation. Changes nothing, and takes no lock.
 *
 * @throws AuditError `INVALID_OPTIONS`, `RETENTION_CONFLICT`, `JOURNAL_UNREADABLE`, `ANCHOR_DAMAGED`, `KEY_MISMATCH`
 */
export async function planRetention(
  directory: string,
  policy: RetentionPolicy = {},
  options: PlanOptions = {},
): Promise<RetentionPlan> {
  const resolved = resolvePolicy(policy);
  checkPlanOptions(options);
  const {
    key,
    anchors = anchorDirectory(directory),
    onProgress,
    now = () => new Date(),
    deletes = true,
  } = options;
  refuseNewLog(directory, anchors);
  const isAnchored = existsSync(join(anchors, anchorFile));
  const verification = await verifyJournal(directory, {
    ...(key !== undefined && { key }),
    successors: false,
    anchors: isAnchored ? anchors : null,
    now: now(),
    ...(onProgress && { onProgress: (done) => onProgress({ doing: "verifying", ...done }) }),
  });
  const read = isAnchored
    ? await readAnchorLog(anchors, verification.trusted)
    : { notes: [], cuts: [], log: null };
  const { notes, cuts, log } = read;
  refuseOtherLog(directory, anchors, log && log.size > 0 ? log.rootAt(1) : null);
  const noDeletion = deletes ? null : unconfirmed;
  return planFor({ directory, onProgress, now: now(), verification, notes, cuts, noDeletion }, resolved);
}

/**
 * Archives and deletes what is old enough of a journal, the oldest first. It is verified just before; what is done is noted in the
 * anchor log, signed with the root key, before it is done; what is left verifies. A run that is killed is finished by the next one.
 *
 * @throws AuditError `INVALID_OPTIONS`; `RETENTION_CONFLICT`; `JOURNAL_UNREADABLE`; `ANCHOR_DAMAGED`; `KEY_MISMATCH`;
 * `JOURNAL_ALREADY_OPEN` when another run, or one of `anchorJournal`, is at it; `JOURNAL_UNWRITABLE` when nothing can be noted
 */
export async function retain(
  directory: string,
  policy: RetentionPolicy,
  options: RetainOptions,
): Promise<RetentionRun> {
  // In JavaScript nothing else would ask for it, and what nobody said would delete after 90 days.
  if (policy === undefined)
    throw new AuditError(
      "INVALID_OPTIONS",
      "retain needs a policy. {} is the default: deleted after 90 days.",
    );
  const resolved = resolvePolicy(policy);
  checkRetainOptions(options);
  const { anchors = anchorDirectory(directory), root, sinks, onProgress, now, deletes = true } = options;
  refuseNewLog(directory, anchors);
  const { run, result } = await withLocks(
    {
      directory,
      root,
      anchors,
      ...(sinks && { sinks }),
      ...(onProgress && { onProgress: (done) => onProgress({ doing: "verifying", ...done }) }),
      ...(now && { now }),
    },
    async (log) => {
      const time = now?.() ?? new Date();
      const noDeletion = deletes ? null : unconfirmed;
      const findings = { directory, onProgress, now: time, ...log, noDeletion };
      const swept = sweepUnfinished(directory);
      const approvals = options.secondApprover ? approvalsOf(log, time, options) : null;
      const { plan, ...state } = await approvedPlan(findings, resolved, approvals);
      const isUsed = log.notes.length > 0 || plan.files.some(({ action }) => action !== "stay");
      if (isUsed) keepLog(directory, log.first);
      const files = await carryOut(plan, log, options, approvals);
      // On a disk that was full, there may be room now.
      if (isUsed) keepLog(directory, log.first);
      return { ...plan, ...state, swept, files };
    },
  ).catch((error: unknown) => {
    throw error instanceof AuditError && error.code === "JOURNAL_ALREADY_OPEN" ? excluded(error) : error;
  });
  return { ...result, anchor: run };
}

function approvalsOf(
  { notes }: OpenAnchorLog,
  now: Date,
  { person = { id: "system" } }: RetainOptions,
): Approvals {
  return new Approvals(notes, { person, now });
}

/** Without what nobody else approved, and what has later lines of its logs. */
async function approvedPlan(
  findings: Findings,
  policy: ResolvedPolicy,
  approvals: Approvals | null,
): Promise<ApprovalState & { readonly plan: RetentionPlan }> {
  const wanted = await planFor(findings, policy);
  const doomed = doomedIn(wanted.files);
  if (!approvals || doomed.length === 0) return { plan: wanted, approval: null, notApproved: null };
  const unapproved = (file: DoomedFile) => approvals.whyNot(file);
  const isComplete = doomed.every((file) => unapproved(file) === null);
  const plan = isComplete ? wanted : await planFor({ ...findings, unapproved }, policy);
  return { plan, ...approvals.stateOf(doomed, doomedIn(plan.files), "retain approve") };
}

/** As `withAnchorLog`, with the files of the journal locked too. */
async function withLocks<T>(
  options: AnchorOptions,
  work: (log: OpenAnchorLog) => Promise<T>,
): Promise<{ readonly run: AnchorRun; readonly result: T }> {
  const release = lockJournal(options.directory);
  try {
    refuseForeign(options.directory);
    return await withAnchorLog(options, work);
  } finally {
    release();
  }
}

function excluded(error: AuditError): AuditError {
  return new AuditError(
    "JOURNAL_ALREADY_OPEN",
    `Another run of anchor or retain is at this journal. Nothing was archived or deleted. ${error.message}`,
    { cause: error },
  );
}

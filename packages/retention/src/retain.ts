import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorOptions,
  type AnchorRun,
  anchorDirectory,
  type OpenAnchorLog,
  withAnchorLog,
} from "@openrouter-audit/anchor";
import { AuditError, verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, anchorFile, type EntryDraft, verifierOf } from "@openrouter-audit/core/seal";
import { type ApprovalState, approvalFor } from "./approval/approval-for.ts";
import { sweepUnfinished } from "./archive-file.ts";
import { carryOut, type RetainedFile } from "./carry-out.ts";
import { lockJournal } from "./lock-journal.ts";
import { planFor, type RetentionPlan } from "./plan-for.ts";
import { type RetentionPolicy, resolvePolicy } from "./policy.ts";
import { keepLog, refuseNewLog, refuseOtherLog } from "./retention-log.ts";

export interface PlanOptions {
  /** The root vkey to verify with. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** The anchor log. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string | undefined;
  /** Told how much of the journal was verified. */
  readonly onProgress?: AnchorOptions["onProgress"] | undefined;
  /** @default the clock */
  readonly now?: (() => Date) | undefined;
  /** Whether what is old enough is deleted; else it is only archived. @default true */
  readonly deletes?: boolean | undefined;
}

export interface RetainOptions extends Omit<PlanOptions, "key"> {
  /** The root key. It signs the tombstones. */
  readonly root: AnchorOptions["root"];
  /** Where the anchor log goes afterwards, as in `anchorJournal`. @default nowhere */
  readonly sinks?: AnchorOptions["sinks"];
  /** Who does it, as entries say it. @default the system */
  readonly who?: Pick<EntryDraft, "user_id" | "attribution"> & Partial<EntryDraft>;
  /**
   * Whether what is old enough is only deleted when another person than `who` approved exactly this plan, by `approveDeletion`, within
   * seven days. @default false
   */
  readonly secondApprover?: boolean | undefined;
  /** Told of each file when something was done with it, or could not be. */
  readonly onFile?: ((file: RetainedFile) => void) | undefined;
}

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
 * @throws AuditError `INVALID_OPTIONS`, `RETENTION_CONFLICT`, `JOURNAL_UNREADABLE`
 */
export async function planRetention(
  directory: string,
  policy: RetentionPolicy = {},
  {
    key,
    anchors = anchorDirectory(directory),
    onProgress,
    now = () => new Date(),
    deletes = true,
  }: PlanOptions = {},
): Promise<RetentionPlan> {
  const resolved = resolvePolicy(policy);
  const isAnchored = existsSync(join(anchors, anchorFile));
  const verification = await verifyJournal(directory, {
    ...(key !== undefined && { key }),
    successors: false,
    anchors: isAnchored ? anchors : null,
    now: now(),
    ...(onProgress && { onProgress }),
  });
  const read = isAnchored
    ? await anchoredHeads(
        anchors,
        verification.trusted.map((vkey) => verifierOf(vkey)!),
      )
    : { notes: [], cuts: [], log: null };
  const { notes, cuts, log } = read;
  refuseOtherLog(directory, anchors, log && log.size > 0 ? log.rootAt(1) : null);
  const noDeletion = deletes ? null : unconfirmed;
  return planFor({ directory, now: now(), verification, notes, cuts, noDeletion }, resolved);
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
  const resolved = resolvePolicy(policy);
  const { anchors = anchorDirectory(directory), root, sinks, onProgress, now, deletes = true } = options;
  refuseNewLog(directory, anchors);
  const { run, result } = await withLocks(
    {
      directory,
      root,
      anchors,
      ...(sinks && { sinks }),
      ...(onProgress && { onProgress }),
      ...(now && { now }),
    },
    async (log) => {
      const time = now?.() ?? new Date();
      const noDeletion = deletes ? null : unconfirmed;
      refuseOtherLog(directory, anchors, log.first);
      const findings = { directory, now: time, ...log, noDeletion };
      const swept = sweepUnfinished(directory);
      const wanted = await planFor(findings, resolved);
      const { approval, notApproved } = approvalFor(wanted.files, log.notes, time, options);
      const plan =
        notApproved === null ? wanted : await planFor({ ...findings, noDeletion: notApproved }, resolved);
      const isUsed = log.notes.length > 0 || plan.files.some(({ action }) => action !== "stay");
      if (isUsed) keepLog(directory, log.first);
      const files = await carryOut(plan, log, options, approval);
      // On a disk that was full, there may be room now.
      if (isUsed) keepLog(directory, log.first);
      return { ...plan, swept, approval, notApproved, files };
    },
  ).catch((error: unknown) => {
    throw error instanceof AuditError && error.code === "JOURNAL_ALREADY_OPEN" ? excluded(error) : error;
  });
  return { ...result, anchor: run };
}

/** As `withAnchorLog`, with the files of the journal locked too. */
async function withLocks<T>(
  options: AnchorOptions,
  work: (log: OpenAnchorLog) => Promise<T>,
): Promise<{ readonly run: AnchorRun; readonly result: T }> {
  const release = lockJournal(options.directory);
  try {
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

import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AnchorOptions,
  type AnchorRun,
  anchorDirectory,
  type OpenAnchorLog,
  withAnchorLog,
} from "@openrouter-audit/anchor";
import { AuditError, type JsonObject, verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, anchorFile, type EntryDraft, verifierOf } from "@openrouter-audit/core/seal";
import { type ApprovalState, approvalFor } from "./approval/approval-for.ts";
import type { Approval } from "./approval/approval-of.ts";
import { archiveFile, finishArchive, sweepUnfinished } from "./archive-file.ts";
import { deleteFile } from "./delete-file.ts";
import type { PlannedFile } from "./plan.ts";
import { planFor, type RetentionPlan } from "./plan-for.ts";
import { type RetentionPolicy, resolvePolicy } from "./policy.ts";

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

export interface RetainedFile extends PlannedFile {
  readonly done: "deleted" | "archived" | "stays" | "failed";
  /** The size of its archive, when one was made. */
  readonly archiveBytes: number | null;
  /** Why it failed, in words. What was noted then is done by the next run. */
  readonly error: string | null;
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
    : { notes: [], cuts: [] };
  return planFor(
    { directory, now: now(), verification, ...read, noDeletion: deletes ? null : unconfirmed },
    resolved,
  );
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
  const { anchors, root, sinks, onProgress, now, deletes = true } = options;
  const { run, result } = await withAnchorLog(
    {
      directory,
      root,
      ...(anchors !== undefined && { anchors }),
      ...(sinks && { sinks }),
      ...(onProgress && { onProgress }),
      ...(now && { now }),
    },
    async (log) => {
      const time = now?.() ?? new Date();
      const findings = { directory, now: time, ...log, noDeletion: deletes ? null : unconfirmed };
      const swept = sweepUnfinished(directory);
      const wanted = await planFor(findings, resolved);
      const { approval, notApproved } = approvalFor(wanted.files, log.notes, time, options);
      const plan =
        notApproved === null ? wanted : await planFor({ ...findings, noDeletion: notApproved }, resolved);
      const files = await carryOut(plan, log, options, approval);
      return { ...plan, swept, approval, notApproved, files };
    },
  ).catch((error: unknown) => {
    throw error instanceof AuditError && error.code === "JOURNAL_ALREADY_OPEN" ? excluded(error) : error;
  });
  return { ...result, anchor: run };
}

/** Archives that only have to be finished, then what is deleted, which makes room, then what is archived. */
async function carryOut(
  plan: RetentionPlan,
  log: OpenAnchorLog,
  { who, onFile }: RetainOptions,
  approval: Approval | null,
): Promise<RetainedFile[]> {
  const { directory, files } = plan;
  const done = new Map<string, RetainedFile>();
  const approved = approval && { user_id: approval.by, at: approval.at, seq: approval.seq };
  const more = {
    policy: { ...plan.policy } as JsonObject,
    ...(approved && { approved_by: approved }),
  };
  const steps: readonly [
    (file: PlannedFile) => boolean,
    (file: PlannedFile) => Promise<Partial<RetainedFile>>,
  ][] = [
    [
      (file) => file.action === "archive" && isCopied(file, files),
      async ({ facts }) => ({ done: "archived", archiveBytes: await finishArchive(directory, facts!) }),
    ],
    [
      (file) => file.action === "delete",
      async ({ facts, cuts }) => {
        const note = (detail: JsonObject) => noting(log.note("deleted", detail, who));
        await deleteFile(directory, facts!, cuts, log.notes, note, more);
        return { done: "deleted" };
      },
    ],
    [
      (file) => file.action === "archive" && !isCopied(file, files),
      async ({ facts }) => {
        const note = (detail: JsonObject) => noting(log.note("archived", detail, who));
        return { done: "archived", archiveBytes: await archiveFile(directory, facts!, note) };
      },
    ],
  ];
  let failed: string | null = null;
  for (const [isOfStep, carry] of steps) {
    for (const file of files.filter(isOfStep)) {
      const before = { ...file, done: "stays", archiveBytes: null, error: null } as const;
      // What comes behind could only be cut if this had gone; and a disk that is full is full for the next one too.
      const after: RetainedFile =
        failed === null
          ? { ...before, ...(await carry(file).catch(failure)) }
          : { ...before, because: [...file.because, `nothing more was done after ${failed} failed`] };
      if (after.done === "failed") failed = file.file;
      done.set(file.file, after);
      onFile?.(after);
    }
  }
  return files.map(
    (file) => done.get(file.file) ?? { ...file, done: "stays", archiveBytes: null, error: null },
  );
}

function isCopied({ file }: PlannedFile, files: readonly PlannedFile[]): boolean {
  return files.some((other) => other.file === `${file}.gz`);
}

/** That nothing can be noted any more ends the run. */
class NotNoted extends Error {}

async function noting(noted: Promise<unknown>): Promise<void> {
  try {
    await noted;
  } catch (cause) {
    throw new NotNoted("Nothing can be noted.", { cause });
  }
}

function failure(error: unknown): Partial<RetainedFile> {
  if (error instanceof NotNoted) throw error.cause;
  return { done: "failed", error: error instanceof Error ? error.message : String(error) };
}

function excluded(error: AuditError): AuditError {
  return new AuditError(
    "JOURNAL_ALREADY_OPEN",
    `Another run of anchor or retain is at this journal. Nothing was archived or deleted. ${error.message}`,
    { cause: error },
  );
}

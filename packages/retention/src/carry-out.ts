import type { OpenAnchorLog } from "@openrouter-audit/anchor";
import type { JsonObject } from "@openrouter-audit/core";
import type { Approvals } from "./approval/approvals.ts";
import { archiveFile, finishArchive, isArchiveNoted } from "./archive-file.ts";
import { deleteFile } from "./delete-file.ts";
import { draftOf } from "./person.ts";
import type { RetentionPlan } from "./plan-for.ts";
import type { PlannedFile } from "./planned-file.ts";
import type { RetainOptions } from "./retain-options.ts";
import type { RetainedFile } from "./retained-file.ts";
import { PartProgress } from "./retention-progress.ts";

/** Archives that only have to be finished, then what is deleted, which makes room, then what is archived. */
export async function carryOut(
  plan: RetentionPlan,
  log: OpenAnchorLog,
  { person, onFile, onProgress }: RetainOptions,
  approvals: Approvals | null,
): Promise<RetainedFile[]> {
  const { directory, files } = plan;
  const who = person && draftOf(person);
  const done = new Map<string, RetainedFile>();
  const compressed = files.filter((file) => file.action === "archive" && !isCopied(file, files));
  const totalBytes = compressed.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = new PartProgress("compressing", totalBytes, onProgress);
  const policy = { ...plan.policy } as JsonObject;
  const noteArchived = async (detail: JsonObject) => {
    if (!isArchiveNoted(log.notes, detail)) await noting(log.note("archived", detail, who));
  };
  const steps: readonly [
    (file: PlannedFile) => boolean,
    (file: PlannedFile) => Promise<Partial<RetainedFile>>,
  ][] = [
    [
      (file) => file.action === "archive" && isCopied(file, files),
      async ({ facts }) => ({
        done: "archived",
        archiveBytes: await finishArchive(directory, facts!, noteArchived),
      }),
    ],
    [
      (file) => file.action === "delete",
      async ({ facts, cuts }) => {
        const note = (detail: JsonObject) => noting(log.note("deleted", detail, who));
        const by = approvals?.of(facts!);
        const approved = by && { approved_by: { user_id: by.by, at: by.at, seq: by.seq } };
        await deleteFile(directory, facts!, cuts, log.notes, note, { policy, ...approved });
        return { done: "deleted" };
      },
    ],
    [
      (file) => compressed.includes(file),
      async ({ facts, bytes }) => {
        progress.begin(bytes);
        const archiveBytes = await archiveFile(directory, facts!, noteArchived, progress.read);
        return { done: "archived", archiveBytes };
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

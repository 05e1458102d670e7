import { doomedIn, planDigest, type RetentionPlan, type RetentionRun } from "@openrouter-audit/retention";

/** What is to be done with a journal, or was, for programs. docs/retention.md, "For programs". */
export function retentionJson(plan: RetentionPlan | RetentionRun) {
  const { directory, at, policy, result, stopped } = plan;
  const doomed = doomedIn(plan.files);
  return {
    directory,
    at,
    policy,
    result,
    stopped,
    plan: doomed.length > 0 ? planDigest(doomed) : null,
    files: plan.files.map(fileJson),
    ...("anchor" in plan && runJson(plan)),
  };
}

function fileJson(file: RetentionPlan["files"][number] | RetentionRun["files"][number]) {
  const { facts } = file;
  return {
    file: file.file,
    day: file.day,
    stored_bytes: file.bytes,
    action: file.action,
    archive_due: file.archiveDue,
    delete_due: file.deleteDue,
    because: file.because,
    ...(facts && { lines: facts.lines, bytes: facts.bytes, sha256: facts.sha256 }),
    ...("done" in file && { done: file.done, archive_bytes: file.archiveBytes, error: file.error }),
  };
}

/** Of the anchor log only where it is now. */
function runJson({ swept, approval, notApproved, anchor }: RetentionRun) {
  const { anchors, head, checkpoint } = anchor;
  return { swept, approval, not_approved: notApproved, anchor: { anchors, head, checkpoint } };
}

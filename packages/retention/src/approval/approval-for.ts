import { type AuditEntry, AuditError } from "@openrouter-audit/core";
import type { EntryDraft } from "@openrouter-audit/core/seal";
import type { PlannedFile } from "../plan.ts";
import { type Approval, approvalOf } from "./approval-of.ts";
import { doomedIn } from "./doomed-in.ts";

export interface ApprovalState {
  /** Who approved what was deleted; null when nobody had to. */
  readonly approval: Approval | null;
  /** Why nothing was deleted that could be: nobody else approved it. */
  readonly notApproved: string | null;
}

/** Who approved a plan, or why it is not carried out. @param who who wants to delete; nobody: the system */
export function approvalFor(
  files: readonly PlannedFile[],
  notes: readonly AuditEntry[],
  now: Date,
  {
    secondApprover,
    who,
  }: { readonly secondApprover?: boolean | undefined; readonly who?: Partial<EntryDraft> },
): ApprovalState {
  const doomed = doomedIn(files);
  if (!secondApprover || doomed.length === 0) return { approval: null, notApproved: null };
  try {
    const person = { id: who?.user_id ?? "system", ...(who?.metadata && { metadata: who.metadata }) };
    return { approval: approvalOf(notes, doomed, { person, now }), notApproved: null };
  } catch (error) {
    if (!(error instanceof AuditError && error.code === "NOT_APPROVED")) throw error;
    return { approval: null, notApproved: error.message };
  }
}

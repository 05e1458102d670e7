import { anchorDirectory, noteInAnchorLog, type RootSigner, rootKeyFor } from "@openrouter-audit/anchor";
import { AuditError, type JsonObject } from "@openrouter-audit/core";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { aDirectory, aPerson, aRootKey, aText } from "../option-rules.ts";
import { draftOf, oneLine, type Person } from "../person.ts";
import type { Approval } from "./approvals.ts";
import { type DoomedFile, doomedFiles, isDoomedFile, planDigest } from "./plan-digest.ts";

export interface ApproveOptions {
  /** What is to be deleted, in this order. */
  readonly files: readonly DoomedFile[];
  /** Who approves: another person than who will delete. */
  readonly person: Person;
  readonly reason?: string;
  /** The plan that was looked at: refused when the files are another one. */
  readonly plan?: string;
  /** @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string;
  /** @default as `rootKeyFor` finds it */
  readonly root?: RootSigner;
  /** @default the clock */
  readonly now?: () => Date;
}

const rules: OptionRules<ApproveOptions> = {
  files: [
    (value) => Array.isArray(value) && value.every(isDoomedFile),
    "the list of what is to be deleted, as doomedIn() makes it",
  ],
  person: aPerson,
  reason: aText,
  plan: aText,
  anchors: aDirectory,
  root: aRootKey,
  now: aFunction,
};

/**
 * Notes in the anchor log that a person agrees to the deletion of exactly these files, or of some of them. It counts for seven days, for
 * another person.
 *
 * @throws AuditError `NOT_APPROVED` when that is another plan; `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when there is no journal; `JOURNAL_ALREADY_OPEN`; `ANCHOR_DAMAGED`;
 * `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 */
export async function approveDeletion(directory: string, options: ApproveOptions): Promise<Approval> {
  checkOptions("approveDeletion", options, rules, ["files", "person"]);
  const { files, person, reason, plan: looked, anchors, root, now } = options;
  if (files.length === 0)
    throw new AuditError("INVALID_OPTIONS", "There is nothing to approve: the plan deletes no file.");
  const plan = planDigest(files);
  if (looked !== undefined && looked !== plan)
    throw new AuditError(
      "NOT_APPROVED",
      `The plan is another one now: ${plan}, and not ${looked}. Look at it again, then approve that. Nothing was noted.`,
    );
  const detail = {
    action: "delete",
    plan,
    files: doomedFiles(files),
    ...(reason !== undefined && { reason: oneLine(reason, "reason", 1000) }),
  } as unknown as JsonObject;
  const who = draftOf(person);
  const place = { directory, anchors: anchors ?? anchorDirectory(directory) };
  // Of a table alone there is no journal.
  const begin = files.every(({ table }) => table !== undefined);
  const { result } = await noteInAnchorLog(
    { ...place, root: root ?? rootKeyFor(directory), begin, ...(now && { now }) },
    (log) => log.note("approved", detail, who),
  );
  return { plan, by: who.user_id!, at: result.recorded_at, seq: result.seq };
}

export { type Approval, type ApprovalState, Approvals } from "./approval/approvals.ts";
export { type ApproveOptions, approveDeletion } from "./approval/approve-deletion.ts";
export { doomedIn } from "./approval/doomed-in.ts";
export { type DoomedFile, planDigest } from "./approval/plan-digest.ts";
export type { JournalFileFacts } from "./file-facts.ts";
export { type AddHoldOptions, addHold, type HoldOptions, releaseHold } from "./hold/add-hold.ts";
export { type HoldCoverage, holdCoverage } from "./hold/coverage.ts";
export { type Hold, type HoldAct, type HoldTerms, holdsIn } from "./hold/hold.ts";
export type { WantedHold } from "./hold/hold-terms.ts";
export { type HoldViolation, holdViolationsIn } from "./hold/hold-violations.ts";
export { HoldWatch, holdInWords } from "./hold/hold-watch.ts";
export { readHolds } from "./hold/read-holds.ts";
export { endOf, type Period, periodOf } from "./period.ts";
export type { Person } from "./person.ts";
export type { RetentionPlan } from "./plan-for.ts";
export type { PlannedFile, RetentionAction } from "./planned-file.ts";
export { dueDates, type ResolvedPolicy, type RetentionPolicy, resolvePolicy } from "./policy.ts";
export { isPreset, type PresetName, type RetentionPreset, retentionPresets } from "./presets.ts";
export { readNotes } from "./read-notes.ts";
export { planRetention, type RetentionRun, retain, unconfirmed } from "./retain.ts";
export { type RetainEveryOptions, type RetentionTimer, retainEvery } from "./retain-every.ts";
export type { PlanOptions, RetainOptions } from "./retain-options.ts";
export type { RetainedFile } from "./retained-file.ts";
export type { OnRetentionProgress, RetentionProgress } from "./retention-progress.ts";
export { refuseUnreadLog, unreadLog } from "./unread-log.ts";
export {
  type LocalArchive,
  type LocalArchives,
  type VerifyLocalArchivesOptions,
  verifyLocalArchives,
} from "./verify-local-archives.ts";

export { type Approval, approvalOf } from "./approval/approval-of.ts";
export { type ApproveOptions, approveDeletion } from "./approval/approve-deletion.ts";
export { type DoomedFile, planDigest } from "./approval/plan-digest.ts";
export { type AddHoldOptions, addHold, type HoldOptions, releaseHold } from "./hold/add-hold.ts";
export { HoldWatch, heldBecause, holdInWords } from "./hold/held-because.ts";
export { type Hold, type HoldAct, type HoldTerms, holdsIn } from "./hold/hold.ts";
export type { WantedHold } from "./hold/hold-terms.ts";
export { draftOf, type Person } from "./person.ts";

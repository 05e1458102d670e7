export type { InquiryProgress } from "./inquiry.ts";
export type { OpenRouterAccess } from "./openrouter.ts";
export type { Clock } from "./pace.ts";
export { reconcile } from "./reconcile.ts";
export type { CorrectionLog, ReconcileOptions } from "./reconcile-options.ts";
export type { Finding, FindingKind, Reconciliation, Told, Unsettled } from "./reconciliation.ts";
export type { Sums } from "./sums.ts";

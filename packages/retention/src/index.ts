export type { JournalFileFacts } from "./file-facts.ts";
export { endOf, type Period, periodOf } from "./period.ts";
export type { PlannedFile, RetentionAction } from "./plan.ts";
export type { RetentionPlan } from "./plan-for.ts";
export { dueDates, type ResolvedPolicy, type RetentionPolicy, resolvePolicy } from "./policy.ts";
export { isPreset, type PresetName, type RetentionPreset, retentionPresets } from "./presets.ts";
export {
  type PlanOptions,
  planRetention,
  type RetainedFile,
  type RetainOptions,
  type RetentionRun,
  retain,
  unconfirmed,
} from "./retain.ts";
export { type RetainEveryOptions, type RetentionTimer, retainEvery } from "./retain-every.ts";

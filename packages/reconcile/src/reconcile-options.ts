import type { EntryTable } from "@openrouter-audit/analysis";
import type { AuditEntry, Correction, ReadingLog } from "@openrouter-audit/core";
import { AuditError } from "@openrouter-audit/core";
import { aFunction, checkOptions, type OptionRule, type OptionRules } from "@openrouter-audit/core/sink";
import type { InquiryProgress } from "./inquiry.ts";
import type { OpenRouterAccess } from "./openrouter.ts";
import type { Clock } from "./pace.ts";

/** Where corrections are written: an `AuditLog` that is open on the journal. */
export interface CorrectionLog {
  recordCorrection(correction: Correction): Promise<AuditEntry>;
}

export interface ReconcileOptions {
  /** An opened table, which stays open, or a place as `openEntries` takes it: a journal directory, a lake, `postgres://…`. */
  readonly entries: EntryTable | string;
  readonly openRouter: OpenRouterAccess;
  /** Whole UTC days: see docs/reconcile.md, "The period". `until` @default the beginning of today */
  readonly period: { readonly since: Date; readonly until?: Date | undefined };
  /** Hashes of the keys that this log's calls were made with. @default all keys of the account */
  readonly keyHashes?: readonly string[] | undefined;
  /** Whether the days are asked of `/activity`: only that finds what bypassed the log. @default true */
  readonly activity?: boolean | undefined;
  /** Whether each id is asked. @default those that are not known, and those of groups that differ */
  readonly every?: boolean | undefined;
  /** Ids of generations that are known from elsewhere: those that the log lacks are named. */
  readonly ids?: Iterable<string> | undefined;
  /** Where corrections are written. @default nothing is written */
  readonly corrections?: CorrectionLog | null | undefined;
  /** The log that says who compared what, before anything is asked. @default nothing is recorded */
  readonly acts?: ReadingLog | null | undefined;
  /** The path of a file (0600) with what was answered. @default there is none, and nothing to go on with */
  readonly state?: string | undefined;
  /** Told once when that file cannot be written any more: what is answered from then on would be asked again. @default nobody is told */
  readonly onStateLost?: ((error: Error) => void) | undefined;
  /** Whether what that file has is not asked again. @default false */
  readonly resume?: boolean | undefined;
  /** Requests at a time, 1 to 32. @default 4 */
  readonly concurrency?: number | undefined;
  readonly onProgress?: ((done: InquiryProgress) => void) | undefined;
  /** To be told why something must be asked again: often, and each time. */
  readonly onTrouble?: ((reason: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

const saidBelow: OptionRule<unknown> = [() => true, ""];
const aFlag: OptionRule<unknown> = [(value) => typeof value === "boolean", "true or false"];
const anObject: OptionRule<unknown> = [(value) => typeof value === "object", "an object"];

/** A name that nobody knows would leave out what somebody asked for. */
const rules: OptionRules<ReconcileOptions> = {
  entries: saidBelow,
  openRouter: [(value) => typeof value === "object" && value !== null, "an object"],
  period: [(value) => typeof value === "object" && value !== null, "an object of since and until"],
  keyHashes: [(value) => Array.isArray(value), "a list of hashes of keys"],
  activity: aFlag,
  every: aFlag,
  ids: [(value) => value !== null && typeof value === "object" && Symbol.iterator in value, "a list of ids"],
  corrections: anObject,
  acts: anObject,
  state: [(value) => typeof value === "string", "the path of a file"],
  onStateLost: aFunction,
  resume: aFlag,
  concurrency: saidBelow,
  onProgress: aFunction,
  onTrouble: aFunction,
  signal: anObject,
  clock: anObject,
};

/** @throws AuditError `INVALID_OPTIONS`, `MISSING_API_KEY` */
export function checkReconcileOptions(given: ReconcileOptions): void {
  checkOptions("reconcile", given, rules, ["entries", "openRouter", "period"]);
  const { period, keyHashes, ...options } = given;
  checkOptions("reconcile, period", period, { since: saidBelow, until: saidBelow }, ["since"]);
  for (const [name, time] of Object.entries(period))
    if (time !== undefined && !(time instanceof Date && !Number.isNaN(time.getTime())))
      throw invalid(`period.${name}`, "a Date that is a time");
  if (keyHashes?.some((hash) => !/^[0-9a-f]{64}$/.test(hash)))
    throw invalid("keyHashes", "hashes of keys, 64 hex digits each, as GET /keys tells them");
  const { concurrency = 4, resume, state, activity = true, openRouter } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 32)
    throw invalid("concurrency", "a whole number from 1 to 32");
  if (resume && state === undefined) throw invalid("state", "the file to go on with, where resume is true");
  if (activity && !openRouter.managementKey)
    throw new AuditError(
      "MISSING_API_KEY",
      "Only a management key may ask what OpenRouter counted (/activity): make one at https://openrouter.ai/settings/management-keys and set OPENROUTER_MANAGEMENT_KEY. " +
        "Without it (--no-activity) the costs of single calls can be asked, and not whether calls bypassed the log.",
    );
}

function invalid(name: string, rule: string): AuditError {
  return new AuditError("INVALID_OPTIONS", `reconcile(): "${name}" must be ${rule}.`);
}

import type { AnchorOptions } from "@openrouter-audit/anchor";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { aDirectory, aFlag, anchorSinks, aPerson, aPublicKey, aRootKey } from "./option-rules.ts";
import type { Person } from "./person.ts";
import type { RetainedFile } from "./retained-file.ts";
import type { OnRetentionProgress } from "./retention-progress.ts";

export interface PlanOptions {
  /** The root vkey to verify with. @default the one the journal keeps in its file `public-key` */
  readonly key?: string | undefined;
  /** The anchor log. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string | undefined;
  /** Told how far each part is. */
  readonly onProgress?: OnRetentionProgress | undefined;
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
  /** Who does it. @default the system */
  readonly person?: Person | undefined;
  /**
   * Whether what is old enough is only deleted when another person than `person` approved that within seven days, by `approveDeletion`.
   * @default false
   */
  readonly secondApprover?: boolean | undefined;
  /** Told of each file when something was done with it, or could not be. */
  readonly onFile?: ((file: RetainedFile) => void) | undefined;
}

const common = { anchors: aDirectory, onProgress: aFunction, now: aFunction, deletes: aFlag };
const planRules: OptionRules<PlanOptions> = { key: aPublicKey, ...common };
export const retainRules: OptionRules<RetainOptions> = {
  root: aRootKey,
  sinks: anchorSinks,
  person: aPerson,
  secondApprover: aFlag,
  onFile: aFunction,
  ...common,
};

/** @throws AuditError `INVALID_OPTIONS` */
export function checkPlanOptions(options: PlanOptions): void {
  checkOptions("planRetention", options, planRules);
}

/** @throws AuditError `INVALID_OPTIONS` */
export function checkRetainOptions(options: RetainOptions): void {
  checkOptions("retain", options, retainRules, ["root"]);
}

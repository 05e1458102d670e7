import { anchorProblemsOf } from "@openrouter-audit/anchor";
import type { AuditProblem } from "@openrouter-audit/core";
import { type RunTimer, runEvery } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { aDirectory } from "./option-rules.ts";
import { type RetentionPolicy, resolvePolicy } from "./policy.ts";
import { type RetentionRun, retain } from "./retain.ts";
import { type RetainOptions, retainRules } from "./retain-options.ts";

export interface RetainEveryOptions extends RetainOptions {
  /** The journal. */
  readonly directory: string;
  /** `{}` is the default policy: deleted after 90 days. */
  readonly policy: RetentionPolicy;
  /** How long after the end of a run the next begins; the first begins at once. @default 86_400_000 (a day) */
  readonly everyMs?: number;
  /**
   * Told of what could not be done: `RETENTION_STOPPED`, `RETENTION_FAILED`; `NOT_APPROVED`, with the plan that waits for a second
   * person; what `anchorEvery` tells of, such as `ANCHOR_NOT_KEPT`; and the codes that {@link retain} throws.
   * @default a process warning
   */
  readonly onProblem?: (problem: AuditProblem) => void;
  /** Told of each run that came to its end. */
  readonly onRun?: (run: RetentionRun) => void;
}

const rules: OptionRules<RetainEveryOptions> = {
  directory: aDirectory,
  policy: [(value) => typeof value === "object" && value !== null, "a policy"],
  everyMs: [(value) => typeof value === "number", "a number of milliseconds"],
  onProblem: aFunction,
  onRun: aFunction,
  ...retainRules,
};

/** Goes on until it is stopped, without keeping the process alive. */
export type RetentionTimer = RunTimer;

/**
 * Keeps to a policy again and again, never twice at once. Several processes may do so with one journal: they exclude each other, and
 * the one that comes too late (`JOURNAL_ALREADY_OPEN`) tries again the next time.
 *
 * @throws AuditError `INVALID_OPTIONS`, `RETENTION_CONFLICT`
 */
export function retainEvery(options: RetainEveryOptions): RetentionTimer {
  checkOptions("retainEvery", options, rules, ["directory", "policy", "root"]);
  const { directory, policy, everyMs = 86_400_000, onProblem, onRun, ...rest } = options;
  resolvePolicy(policy);
  const run = () => retain(directory, policy, rest);
  return runEvery({ run, everyMs, problemsOf, failedCode: "RETENTION_FAILED", onProblem, onRun });
}

function problemsOf({ directory, stopped, files, notApproved, anchor }: RetentionRun): AuditProblem[] {
  return [
    ...anchorProblemsOf(anchor),
    ...(notApproved === null
      ? []
      : [{ code: "NOT_APPROVED", message: `The journal in ${directory}: ${notApproved}` }]),
    ...(stopped === null
      ? []
      : [
          {
            code: "RETENTION_STOPPED",
            message: `Nothing of ${directory} is archived or deleted: ${stopped}.`,
          },
        ]),
    ...files
      .filter(({ done }) => done === "failed")
      .map(({ file, error }) => ({ code: "RETENTION_FAILED", message: `${file} of ${directory}: ${error}` })),
  ];
}

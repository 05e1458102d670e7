import type { AuditProblem } from "@openrouter-audit/core";
import { type RunTimer, runEvery } from "@openrouter-audit/core/seal";
import { type AnchorOptions, type AnchorRun, anchorJournal } from "./anchor-journal.ts";
import { anchorProblemsOf } from "./problems-of.ts";

export interface AnchorEveryOptions extends AnchorOptions {
  /** How long after the end of a run the next begins; the first begins at once. */
  readonly everyMs: number;
  /**
   * Told of everything that stands against the journal or could not be done: `ANCHOR_CONTRADICTED`, `ANCHOR_NOT_KEPT`,
   * and the codes that {@link anchorJournal} throws. @default a process warning
   */
  readonly onProblem?: (problem: AuditProblem) => void;
  /** Told of each run that came to its end. */
  readonly onRun?: (run: AnchorRun) => void;
}

/** Goes on until it is stopped, without keeping the process alive. */
export type AnchorTimer = RunTimer;

/** Anchors a journal again and again, never twice at once. @throws AuditError `INVALID_OPTIONS` */
export function anchorEvery(options: AnchorEveryOptions): AnchorTimer {
  const { everyMs, onProblem, onRun } = options;
  const run = () => anchorJournal(options);
  return runEvery({
    run,
    everyMs,
    problemsOf: anchorProblemsOf,
    failedCode: "ANCHOR_FAILED",
    onProblem,
    onRun,
  });
}

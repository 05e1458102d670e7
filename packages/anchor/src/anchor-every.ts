import { AuditError, type AuditProblem } from "@openrouter-audit/core";
import { type AnchorOptions, type AnchorRun, anchorJournal } from "./anchor-journal.ts";
import { problemsOf } from "./problems-of.ts";

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
export interface AnchorTimer {
  /** Begins no further run. Resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Anchors a journal again and again, never twice at once. @throws AuditError `INVALID_OPTIONS` */
export function anchorEvery(options: AnchorEveryOptions): AnchorTimer {
  const { everyMs, onRun } = options;
  const onProblem = unfailing(options.onProblem ?? warn);
  // A timer of Node takes no longer time, and fires at once instead.
  if (!Number.isFinite(everyMs) || everyMs < 1000 || everyMs > 2 ** 31 - 1)
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "everyMs" is not right: must be 1000 (a second) to 24 days.',
    );
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async () => {
    try {
      const run = await anchorJournal(options);
      for (const problem of problemsOf(run)) onProblem(problem);
      onRun?.(run);
    } catch (cause) {
      const code = cause instanceof AuditError ? cause.code : "ANCHOR_FAILED";
      onProblem({ code, message: cause instanceof Error ? cause.message : String(cause), cause });
    }
    if (!stopped) {
      timer = setTimeout(() => {
        running = once();
      }, everyMs).unref();
    }
  };
  let running = once();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** A listener that fails must not end the anchoring. */
function unfailing(onProblem: (problem: AuditProblem) => void): (problem: AuditProblem) => void {
  return (problem) => {
    try {
      onProblem(problem);
    } catch (cause) {
      warn(problem);
      warn({ code: "ON_PROBLEM_FAILED", message: `onProblem threw: ${String(cause)}` });
    }
  };
}

function warn({ code, message }: AuditProblem): void {
  process.emitWarning(message, { type: "OpenRouterAudit", code });
}

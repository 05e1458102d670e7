import { AuditError, type AuditProblem } from "@openrouter-audit/core";
import { type RetentionPolicy, resolvePolicy } from "./policy.ts";
import { type RetainOptions, type RetentionRun, retain } from "./retain.ts";

export interface RetainEveryOptions extends RetainOptions {
  /** The journal. */
  readonly directory: string;
  readonly policy?: RetentionPolicy;
  /** How long after the end of a run the next begins; the first begins at once. @default 86_400_000 (a day) */
  readonly everyMs?: number;
  /**
   * Told of what could not be done: `RETENTION_STOPPED`, `RETENTION_FAILED`, and the codes that {@link retain} throws.
   * @default a process warning
   */
  readonly onProblem?: (problem: AuditProblem) => void;
  /** Told of each run that came to its end. */
  readonly onRun?: (run: RetentionRun) => void;
}

/** Goes on until it is stopped, without keeping the process alive. */
export interface RetentionTimer {
  /** Begins no further run. Resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Keeps to a policy again and again, never twice at once. Several processes may do so with one journal: they exclude each other, and
 * the one that comes too late (`JOURNAL_ALREADY_OPEN`) tries again the next time.
 *
 * @throws AuditError `INVALID_OPTIONS`, `RETENTION_CONFLICT`
 */
export function retainEvery(options: RetainEveryOptions): RetentionTimer {
  const { directory, policy = {}, everyMs = 86_400_000, onRun } = options;
  const onProblem = unfailing(options.onProblem ?? warn);
  // A timer of Node takes no longer time, and fires at once instead.
  if (!Number.isFinite(everyMs) || everyMs < 1000 || everyMs > 2 ** 31 - 1)
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "everyMs" is not right: must be 1000 (a second) to 24 days.',
    );
  resolvePolicy(policy);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async () => {
    try {
      const run = await retain(directory, policy, options);
      for (const problem of problemsOf(run)) onProblem(problem);
      onRun?.(run);
    } catch (cause) {
      const code = cause instanceof AuditError ? cause.code : "RETENTION_FAILED";
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

function problemsOf({ directory, stopped, files }: RetentionRun): AuditProblem[] {
  return [
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

/** A listener that fails must not end the runs. */
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

import { AuditError, type AuditProblem } from "../audit-error.ts";
import { warn } from "../warn.ts";

export interface RunEveryOptions<Run> {
  /** One run. */
  readonly run: () => Promise<Run>;
  /** How long after the end of a run the next begins; the first begins at once. */
  readonly everyMs: number;
  /** What a run that came to its end found wrong. */
  readonly problemsOf: (run: Run) => readonly AuditProblem[];
  /** The code of what a run threw, where that has none. */
  readonly failedCode: string;
  /** Told of both, and of a listener that fails: `ON_RUN_FAILED`. @default a process warning */
  readonly onProblem?: ((problem: AuditProblem) => void) | undefined;
  /** Told of each run that came to its end. */
  readonly onRun?: ((run: Run) => void) | undefined;
}

/** Goes on until it is stopped, without keeping the process alive. */
export interface RunTimer {
  /** Begins no further run. Resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Does something with a journal again and again, never twice at once. @throws AuditError `INVALID_OPTIONS` */
export function runEvery<Run>(options: RunEveryOptions<Run>): RunTimer {
  const { run, everyMs, problemsOf, failedCode, onRun = () => {} } = options;
  const onProblem = guarded(options.onProblem ?? warn, (cause, problem) => {
    // Somebody has to be told.
    warn(problem);
    warn({ code: "ON_PROBLEM_FAILED", message: `onProblem threw: ${String(cause)}` });
  });
  const tell = guarded(onRun, (cause) =>
    onProblem({ code: "ON_RUN_FAILED", message: `onRun threw: ${String(cause)}`, cause }),
  );
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
      const done = await run();
      for (const problem of problemsOf(done)) await onProblem(problem);
      await tell(done);
    } catch (cause) {
      const code = cause instanceof AuditError ? cause.code : failedCode;
      await onProblem({ code, message: cause instanceof Error ? cause.message : String(cause), cause });
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

/** A listener that fails must not end the runs, and is no failure of theirs. */
function guarded<Told>(
  listener: (told: Told) => unknown,
  failed: (cause: unknown, told: Told) => unknown,
): (told: Told) => Promise<void> {
  return async (told) => {
    try {
      await listener(told);
    } catch (cause) {
      await failed(cause, told);
    }
  };
}

import type { AuditError, AuditProblem } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { Recorder } from "../recorder.ts";
import { findOrphans } from "./find-orphans.ts";
import type { LogFacts } from "./log-facts.ts";
import { recentLogs } from "./recent-logs.ts";
import { unknownOf } from "./unknown-entry.ts";

export interface OrphanWatchOptions {
  readonly directory: string;
  readonly recorder: Recorder;
  /** Why nothing new is to be recorded at present, or null. */
  readonly refusal: () => AuditError | null;
  /** How long after a look the next one comes. */
  readonly everyMs: number;
  /** Whether this process writes starts itself: logs that begin after this one are watched as well. */
  readonly isWriteAhead: boolean;
  readonly onProblem: (problem: AuditProblem) => void;
}

const largestBatch = 100;

const outages: ReadonlySet<unknown> = new Set(["JOURNAL_UNWRITABLE", "JOURNAL_BUSY", "LOG_CLOSED"]);

/**
 * Writes down what became of calls whose process ended before they did: for each of them one entry, `unknown`. Looks when
 * the journal is opened, and again as long as logs go on that may be cut off. All of it in the background.
 */
export class OrphanWatch {
  readonly #options: OrphanWatchOptions;
  readonly #stopped = new AbortController();
  /** Logs with starts that may go on, as they were last seen. */
  #undecided = new Map<string, LogFacts>();
  /** Logs that are over, and whose starts all have their ends. */
  readonly #settled = new Set<string>();
  #next: NodeJS.Timeout | undefined;

  constructor(options: OrphanWatchOptions) {
    this.#options = options;
    setImmediate(() => void this.#look());
  }

  /** Looks no more. What is not written by then the next process writes. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#next);
  }

  async #look(): Promise<void> {
    const { everyMs, isWriteAhead, onProblem, directory } = this.#options;
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    let isToGoOn = isWriteAhead;
    try {
      await this.#settle();
      isToGoOn ||= this.#undecided.size > 0;
    } catch (cause) {
      isToGoOn = true;
      if (!signal.aborted) {
        onProblem({
          code: "ORPHANS_UNSETTLED",
          message: `Calls that an ended process left behind in ${directory} could not all be recorded as unknown: ${causeInWords(cause)} That is tried again.`,
          cause,
        });
      }
    }
    if (isToGoOn && !signal.aborted) this.#next = setTimeout(() => void this.#look(), everyMs).unref();
  }

  async #settle(): Promise<void> {
    const { directory } = this.#options;
    const { signal } = this.#stopped;
    const logs = new Map([...this.#undecided, ...(await recentLogs(directory, signal))]);
    const now = Date.now();
    const over: LogFacts[] = [];
    this.#undecided = new Map();
    for (const [origin, log] of logs) {
      if (log.isClosed || this.#settled.has(origin)) continue;
      this.#undecided.set(origin, log);
      if (log.isOver(now, "again")) over.push(log);
    }
    if (over.length === 0 || signal.aborted) return;
    await this.#endOrphans(over);
    if (signal.aborted) return;
    for (const { origin } of over) {
      this.#settled.add(origin);
      this.#undecided.delete(origin);
    }
  }

  async #endOrphans(over: readonly LogFacts[]): Promise<void> {
    const { directory } = this.#options;
    const { signal } = this.#stopped;
    const [fromDay = ""] = over.map(({ day }) => day ?? "").sort();
    let batch: EntryDraft[] = [];
    for await (const { start, state } of findOrphans(directory, { fromDay, signal })) {
      const end = state === "orphaned" ? unknownOf(start) : null;
      if (end) batch.push(end);
      if (batch.length < largestBatch) continue;
      await this.#record(batch);
      batch = [];
    }
    await this.#record(batch);
  }

  async #record(batch: readonly EntryDraft[]): Promise<void> {
    const { recorder, refusal } = this.#options;
    if (this.#stopped.signal.aborted) return;
    // What is refused would be counted as lost, and is not: it is found again.
    const refused = refusal();
    if (refused) throw refused;
    const kept = await Promise.allSettled(batch.map(async (draft) => recorder.append(draft)));
    const failed = kept.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    // One that cannot be sealed was written by somebody else, and must not keep the others from their ends.
    const outage = failed.find((reason) => outages.has((reason as { code?: unknown } | null)?.code));
    if (outage) throw outage;
    for (const cause of failed) this.#options.onProblem(unsealable(cause));
  }
}

function unsealable(cause: unknown): AuditProblem {
  return {
    code: "ORPHANS_UNSETTLED",
    message: `A call that an ended process left behind cannot be recorded as unknown, for its start is none that this library wrote: ${causeInWords(cause)}`,
    cause,
  };
}

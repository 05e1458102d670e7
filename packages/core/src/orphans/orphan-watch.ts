import type { AuditError, AuditProblem } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { Recorder } from "../recorder.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { LogFacts } from "./log-facts.ts";
import { ProvenOrphans, type Uncovered } from "./proven-orphans.ts";
import { recentLogs } from "./recent-logs.ts";
import { unknownOf } from "./unknown-entry.ts";

export interface OrphanWatchOptions {
  readonly directory: string;
  readonly recorder: Recorder;
  /** The keys that are trusted by now: they may be rotated. */
  readonly rootKeys: () => readonly NoteVerifier[];
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
 * the journal is opened, and again as long as logs go on that may be cut off. All of it in the background. What it writes is
 * signed: so only for what a log has signed, and what others wrote into the files only makes it look.
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
          message: `Calls that an ended process left behind in ${directory} could not all be recorded as unknown: ${causeInWords(cause)}. That is tried again.`,
          cause,
        });
      }
    }
    if (isToGoOn && !signal.aborted) this.#next = setTimeout(() => void this.#look(), everyMs).unref();
  }

  async #settle(): Promise<void> {
    const { directory, rootKeys } = this.#options;
    const { signal } = this.#stopped;
    const logs = new Map([...this.#undecided, ...(await recentLogs(directory, rootKeys(), signal))]);
    // What is seen no more need not be known.
    for (const origin of this.#settled) if (!logs.has(origin)) this.#settled.delete(origin);
    const now = Date.now();
    const over: LogFacts[] = [];
    this.#undecided = new Map();
    for (const [origin, log] of logs) {
      if (log.isClosed || this.#settled.has(origin)) continue;
      this.#undecided.set(origin, log);
      if (log.isOver(now, "again")) over.push(log);
    }
    if (over.length === 0 || signal.aborted) return;
    const proven = await this.#endOrphans(over);
    if (signal.aborted) return;
    for (const { origin } of over) {
      // What nobody signed said that it is over.
      if (proven.mayGoOn(origin)) continue;
      this.#settled.add(origin);
      this.#undecided.delete(origin);
    }
  }

  async #endOrphans(over: readonly LogFacts[]): Promise<ProvenOrphans> {
    const { directory, rootKeys, onProblem } = this.#options;
    const { signal } = this.#stopped;
    const [fromDay = ""] = over.map(({ day }) => day ?? "").sort();
    const proven = new ProvenOrphans({ directory, fromDay, rootKeys: rootKeys(), signal });
    let batch: EntryDraft[] = [];
    for await (const start of proven.starts()) {
      const end = unknownOf(start);
      if (end) batch.push(end);
      if (batch.length < largestBatch) continue;
      await this.#record(batch);
      batch = [];
    }
    await this.#record(batch);
    if (proven.uncovered.count > 0 && !signal.aborted) onProblem(unproven(directory, proven.uncovered));
    return proven;
  }

  async #record(batch: readonly EntryDraft[]): Promise<void> {
    const { recorder, refusal } = this.#options;
    if (this.#stopped.signal.aborted) return;
    // What is refused would be counted as lost, and is not: it is found again.
    const refused = refusal();
    if (refused) throw refused;
    const kept = await Promise.allSettled(batch.map(async (draft) => recorder.append(draft)));
    const failed = kept.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    const outage = failed.find((reason) => outages.has((reason as { code?: unknown } | null)?.code));
    if (outage) throw outage;
    // One that cannot be sealed must not keep the others from their ends.
    for (const cause of failed) this.#options.onProblem(unsealable(cause));
  }
}

function unproven(directory: string, { count, files }: Uncovered): AuditProblem {
  return {
    code: "ORPHANS_UNPROVEN",
    message: `Starts that no signature covers were not taken for calls: ${count}, in ${directory} (${[...files].join(", ")}). Each is of a write that was cut off, and then was not sent; or somebody else wrote it: openrouter-audit verify says more.`,
  };
}

function unsealable(cause: unknown): AuditProblem {
  return {
    code: "ORPHANS_UNSETTLED",
    message: `A call that an ended process left behind cannot be recorded as unknown: ${causeInWords(cause)}.`,
    cause,
  };
}

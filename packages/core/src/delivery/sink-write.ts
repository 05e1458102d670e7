import { withoutFullStop } from "../cause-in-words.ts";
import { boundedText } from "../entry/bounded-text.ts";
import { afterAwake, type Clock } from "./clock.ts";
import type { Parcel } from "./parcel.ts";
import type { AuditSink } from "./sink.ts";
import { timeInWords } from "./time-in-words.ts";

/** How one write ended. */
export type WriteOutcome =
  | { readonly how: "kept" }
  /** Only these, by their ids, with the reasons. All others are kept. */
  | { readonly how: "rejected"; readonly reasons: ReadonlyMap<string, string> }
  | { readonly how: "failed"; readonly error: unknown; readonly message: string };

export interface WriteSetting {
  readonly clock: Clock;
  /** How long it may take. */
  readonly limitMs: number;
  /** Aborts the write, for whatever reason there is besides the time. */
  readonly stop: AbortSignal;
  /** Told when the write was asked to stop because its time is up, and has not ended half a second later. */
  readonly onOverdue: () => void;
}

const writeMs = 30_000;
const shortestWriteMs = 1_000;
const partingMs = 500;

const lookThere =
  "see whether the place can be reached, and answers (its host, a firewall between, its load)";

/** Of a write that goes on though it was asked to stop: what it is, and what to do. */
export function neverEnds(limitMs: number): string {
  return (
    `a write does not end, though it was asked to stop ${timeInWords(limitMs)} after it began: ${lookThere}; no other begins ` +
    "before it has ended, so restart this process if it does not"
  );
}

/** How long a write may take. For a required sink callers wait, and no longer than `recordTimeoutMs`. */
export function writeLimit(isRequired: boolean, recordTimeoutMs: number): number {
  return isRequired ? Math.min(writeMs, Math.max(shortestWriteMs, recordTimeoutMs)) : writeMs;
}

/**
 * Gives a batch to a sink. Resolves when the write has ended, however long that takes: writes must not overlap. Never
 * rejects, whatever the sink does.
 */
export async function writeTo(
  sink: AuditSink,
  batch: readonly Parcel[],
  { clock, limitMs, stop, onOverdue }: WriteSetting,
): Promise<WriteOutcome> {
  const { signal, abort, release } = abortable(stop);
  let cancel = afterAwake(clock, limitMs, () => {
    abort(new Error(`a write took longer than ${timeInWords(limitMs)}: ${lookThere}`));
    cancel = clock.after(partingMs, onOverdue);
  });
  try {
    const writing: unknown = sink.write(
      batch.map((parcel) => parcel.open()),
      { signal },
    );
    // Somebody forgot to return the promise: nobody would know whether the entries are kept.
    if (!isThenable(writing)) return failed(new TypeError("write() did not return a promise"));
    await writing;
    return { how: "kept" };
  } catch (error) {
    return rejectionOf(error, batch) ?? failed(error);
  } finally {
    cancel();
    release();
  }
}

/** A signal that aborts with another, until it is released: the other lives longer, and would keep it. */
function abortable(stop: AbortSignal) {
  const controller = new AbortController();
  const abort = (reason: unknown) => controller.abort(reason);
  const follow = () => abort(stop.reason);
  if (stop.aborted) follow();
  stop.addEventListener("abort", follow);
  return { signal: controller.signal, abort, release: () => stop.removeEventListener("abort", follow) };
}

/** What drives a terminal, ends a line, or hides and reorders text: a sink may pass on what a stranger answered. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * What went wrong, in words that can be shown, on one line: bounded, with secrets masked, and without its full stop, for it is
 * said within a sentence. A sink may throw anything.
 */
export function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message || error.name : String(error);
    const shown = boundedText(text.trim(), 500) ?? "no reason was given";
    return withoutFullStop(shown).replace(
      unsafe,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
  } catch {
    return "something was thrown that cannot be shown";
  }
}

function failed(error: unknown): WriteOutcome {
  return { how: "failed", error, message: messageOf(error) };
}

/** By its shape, for there may be two copies of this library. Null when it names nothing of this batch. */
function rejectionOf(error: unknown, batch: readonly Parcel[]): WriteOutcome | null {
  try {
    const { name, rejected } = error as { name?: unknown; rejected?: unknown };
    if (name !== "EntriesRejected" || !Array.isArray(rejected)) return null;
    const ids = new Set(batch.map(({ id }) => id));
    const reasons = new Map<string, string>();
    for (const { id, reason } of rejected) if (ids.has(id)) reasons.set(id, messageOf(reason ?? ""));
    return reasons.size > 0 ? { how: "rejected", reasons } : null;
  } catch {
    return null;
  }
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

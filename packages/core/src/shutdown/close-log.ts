import { AuditError } from "../audit-error.ts";
import { boundedText } from "../entry/bounded-text.ts";
import type { OpenedLog } from "../opened-log.ts";
import type { closeOptionsOf } from "./close-options.ts";
import { Deadline } from "./deadline.ts";
import type { RunningWork } from "./running-work.ts";

/** Journals and sinks end by themselves when their time is up, and say what is missing; this is for those that do not. */
const afterTheEndMs = 1000;

/**
 * Ends a log that takes no more calls: waits for those that are running, records what runs still as `unknown`, writes
 * `audit.closed` and delivers what time allows. Takes no longer than the waiting, twice `recordTimeoutMs` on a disk that
 * stalls, and the delivering.
 *
 * @throws AuditError `JOURNAL_UNWRITABLE` when the end could not be written, or not in time; `SINK_UNAVAILABLE` when without a
 * journal a sink lacks something
 */
export async function closeLog(
  { recorder, delivery, release, directory }: OpenedLog,
  work: RunningWork,
  options: ReturnType<typeof closeOptionsOf>,
  recordTimeoutMs: number,
): Promise<void> {
  const { reason, waitForCallsMs, deliverMs, signal } = options;
  await new Deadline(waitForCallsMs, signal).allows(work.callsEnded());
  const abandoned = [...work.calls].map(async (exchange) => exchange.ended("abandoned"));
  await new Deadline(recordTimeoutMs).allows(Promise.allSettled(abandoned));
  try {
    const closed = recorder.close(boundedText(reason) ?? "close");
    const isOver = await new Deadline(recordTimeoutMs + afterTheEndMs).allows(closed);
    if (!isOver) throw notInTime(directory, recordTimeoutMs);
    await closed;
  } finally {
    if (delivery) await new Deadline(deliverMs + afterTheEndMs, signal).allows(delivery.close(deliverMs));
    release();
  }
  // With a journal, the next process delivers the rest. Without one, nobody does.
  if (directory === "" && delivery?.failure) throw delivery.failure;
}

/** @throws AuditError `JOURNAL_UNWRITABLE`, `SINK_UNAVAILABLE` when the time is up */
export async function flushLog(
  { recorder, delivery, directory }: OpenedLog,
  timeoutMs: number,
): Promise<void> {
  const deadline = new Deadline(timeoutMs);
  const recorded = recorder.flush();
  if (!(await deadline.allows(recorded))) throw notInTime(directory, timeoutMs);
  await recorded;
  await delivery?.flush(deadline.left);
}

function notInTime(directory: string, ms: number): AuditError {
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `What was recorded in ${directory} is not all on the disk after ${ms} ms: the disk is slow, or stalls.`,
  );
}

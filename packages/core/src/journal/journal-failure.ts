import { AuditError, type AuditProblem } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import type { BufferLimits } from "./backlog.ts";
import type { Unsynced } from "./file-sync.ts";

/** Why nothing can be recorded, and since when. */
export class JournalFailure {
  readonly error: AuditError;
  readonly since: string;

  constructor(error: AuditError, since = new Date().toISOString()) {
    this.error = error;
    this.since = since;
  }
}

/** That a journal which was open cannot be written any more. */
export function unwritableNow(directory: string, cause: unknown, onFailure: OnFailure): AuditError {
  const meanwhile =
    onFailure === "block"
      ? "entries are kept in memory as far as there is room, and new calls are refused."
      : "calls go on, and entries are kept in memory; those for which there is no room are lost and counted.";
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `Cannot write the audit journal in ${directory}: ${causeInWords(cause)}. Until it can be written again, ${meanwhile}`,
    { cause },
  );
}

/** That more waits to be written than may. */
export function busy(directory: string, { entries, bytes }: BufferLimits): AuditError {
  return new AuditError(
    "JOURNAL_BUSY",
    `The audit journal in ${directory} is written slower than entries come: what waits has reached the option "buffer" ` +
      `(${entries} entries, ${bytes} bytes). Nothing new is taken until half of it is written. Try again then.`,
  );
}

/**
 * That the end of a log could not be written.
 *
 * @param kept how many entries waited in memory
 * @param lost how many had no room there, and are in no `audit.gap`
 */
export function unclosed(directory: string, cause: AuditError, kept: number, lost: number): AuditError {
  const left = [
    ...(kept > 0
      ? [` ${kept} ${kept === 1 ? "entry" : "entries"} kept in memory until now: not in the journal.`]
      : []),
    ...(lost > 0 ? [` ${lost} without room there: in no audit.gap.`] : []),
  ].join("");
  return new AuditError(
    cause.code,
    `Cannot write the end of the log in ${directory}: ${causeInWords(cause.cause)}.${left}`,
    { cause },
  );
}

/** What to tell of a commit that needed a second log. */
export function retried(directory: string, cause: unknown): AuditProblem {
  const message =
    `A write to the audit journal in ${directory} failed: ${causeInWords(cause)}. It was made again at once in a new log: ` +
    "nothing is missing.";
  return { code: "COMMIT_RETRIED", message, cause };
}

/** What to tell when the policy `interval` could not be kept: entries were called recorded that may not be on the disk. */
export function notOnDisk(directory: string, { since, cause }: Unsynced): AuditProblem {
  const message =
    `The disk did not take what was written to the audit journal in ${directory} since ${since.toISOString()}: ` +
    `${causeInWords(cause)}. These entries can be read for now, but may be gone when the machine stops. A new log is begun. ` +
    'With the option sync: "commit" nothing is called recorded before it is on the disk.';
  return { code: "SYNC_FAILED", message, cause };
}

import { AuditError } from "@openrouter-audit/core";
import { lockDirectory } from "@openrouter-audit/core/seal";

/**
 * Takes the files of a journal for this process alone: the lock of an anchor log does not exclude who notes in another one.
 *
 * @returns what lets go of it
 * @throws AuditError `JOURNAL_ALREADY_OPEN`; `JOURNAL_UNREADABLE` when there is no such directory; `JOURNAL_UNWRITABLE`
 */
export function lockJournal(directory: string): () => void {
  try {
    return lockDirectory(directory, "retention-lock");
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    // What frees a disk that is full must not need room on it.
    if (code === "ENOSPC" || code === "EDQUOT") return () => {};
    const isThere = code !== "ENOENT" && code !== "ENOTDIR";
    throw new AuditError(
      isThere ? "JOURNAL_UNWRITABLE" : "JOURNAL_UNREADABLE",
      `${isThere ? "Nothing can be done with" : "There is no directory"} ${directory}: ${message}.`,
      { cause },
    );
  }
}

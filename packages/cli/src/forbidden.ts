import { AuditError } from "@openrouter-audit/core";

const onlyItsOwner =
  "The files of a journal can be read by their owner alone: run this as the user of the application, or read a table in Postgres.";

/** That what is to be read is somebody else's, with what to do; null for all else. */
export function forbiddenText(error: unknown): string | null {
  if (error instanceof AuditError && error.code === "JOURNAL_UNREADABLE")
    return isDenied(error.cause) ? `${error.message} ${onlyItsOwner}` : null;
  return isDenied(error) && error.path !== undefined
    ? `This user may not read ${error.path} (permission denied). ${onlyItsOwner}`
    : null;
}

function isDenied(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "EACCES" && ["scandir", "open", "stat", "lstat"].includes(syscall ?? "");
}

import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AuditError } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";

const openHere = new Set<string>();

/**
 * Makes the journal directory (0700), and takes it for one journal of this process with one key.
 *
 * @returns the real path, and a function that lets go of it.
 * @throws AuditError `JOURNAL_UNWRITABLE`, `JOURNAL_ALREADY_OPEN`
 */
export function takeDirectory(directory: string): { path: string; release: () => void } {
  let path: string;
  try {
    makeDirectory(resolve(directory));
    path = realpathSync(directory);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
  if (openHere.has(path)) {
    throw new AuditError(
      "JOURNAL_ALREADY_OPEN",
      `This process already has an audit log in ${path}. Make one AuditLog and pass it to everything that needs it: ` +
        "auditMiddleware({ audit }), AuditModule.forRoot({ audit }).",
    );
  }
  openHere.add(path);
  let held = true;
  const release = () => {
    // Only once: by now the directory may be another log's.
    if (held) openHere.delete(path);
    held = false;
  };
  return { path, release };
}

/** One level at a time: Node's own `recursive` goes round for ever where a file system answers ENOENT, as /proc does. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

export function unwritable(directory: string, cause: unknown): AuditError {
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `Cannot write the audit journal in ${directory}: ${causeInWords(cause)}. ${adviceFor((cause as { code?: unknown } | null)?.code)}`,
    { cause },
  );
}

function adviceFor(code: unknown): string {
  if (code === "ENOSPC") return "Make room on that disk, for bytes and for files (df, df -i).";
  if (code === "EDQUOT") return "Make room in the quota of the user that this process runs as.";
  return "The directory must exist or be creatable, and be writable by this process.";
}

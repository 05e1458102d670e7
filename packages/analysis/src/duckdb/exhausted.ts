import { tmpdir } from "node:os";
import { AuditError } from "@openrouter-audit/core";
import { wordsOf } from "./sql-text.ts";

/** With Node itself, and what DuckDB does not count, the process stays under 600 MB. */
export const memoryLimit = "240 MB";

/** That an answer needs more memory, and more room beside it, than there is; of any other error null. DuckDB may say the one where it lacks the other. */
export function exhausted(error: unknown): AuditError | null {
  if (!/^Out of Memory Error|no space left|quota exceeded/i.test(wordsOf(error))) return null;
  return new AuditError(
    "ENGINE_EXHAUSTED",
    `The answer needs more than the ${memoryLimit} of memory that the engine takes, and there is no room for the rest in ${tmpdir()}, or it cannot be put there. ` +
      "Ask for less: fewer days, columns or groups; or set TMPDIR to a directory with more room, of which half of what is free is taken.",
    { cause: error },
  );
}

/** Whether {@link exhausted} made an error. */
export function isExhausted(error: unknown): boolean {
  return error instanceof AuditError && error.code === "ENGINE_EXHAUSTED";
}

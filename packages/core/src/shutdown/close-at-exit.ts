import { type AuditProblem, problemOf } from "../audit-error.ts";

interface Closable {
  close(reason: string): Promise<void>;
}

type Tell = (problem: AuditProblem) => void;

const open = new Map<Closable, Tell>();

/**
 * Closes a log when the process has nothing left to do.
 *
 * @param tell is told when the end of the log could not be written
 * @returns what takes this back
 */
export function closeAtExit(log: Closable, tell: Tell): () => void {
  if (open.size === 0) process.on("beforeExit", closeAll);
  open.set(log, tell);
  return () => {
    open.delete(log);
    if (open.size === 0) process.off("beforeExit", closeAll);
  };
}

function closeAll(): void {
  // A listener of this event is not waited for: nobody else would hear of it.
  for (const [log, tell] of [...open]) log.close("exit").catch((error: unknown) => tell(problemOf(error)));
}

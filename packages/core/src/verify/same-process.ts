/** Which process a log says that it is of, and the first time that it says so. */
export interface StatedProcess {
  readonly identity: string;
  readonly since: string;
}

/**
 * What tells a process from all others; null where its system does not say enough. Docs/seal.md, "Opening, links and
 * heartbeats": for information, and no part of what is verified.
 */
export function processIn(stated: unknown): string | null {
  if (typeof stated !== "object" || stated === null) return null;
  const { host, pid, machine, boot, pid_namespace, started } = stated as Record<string, unknown>;
  const isKnown = [host, boot, pid_namespace, started].every((each) => typeof each === "string");
  return isKnown ? JSON.stringify([host, pid, machine, boot, pid_namespace, started]) : null;
}

interface StatingLog {
  readonly origin: string;
  readonly statements: { readonly process: StatedProcess | null };
}

/** Of each log the one that its process began next, where both say which process it was. */
export function nextOfProcess(logs: Iterable<StatingLog>): Map<string, string> {
  const ofProcess = new Map<string, { origin: string; since: string }[]>();
  for (const { origin, statements } of logs) {
    if (!statements.process) continue;
    const { identity, since } = statements.process;
    const siblings = ofProcess.get(identity);
    if (siblings) siblings.push({ origin, since });
    else ofProcess.set(identity, [{ origin, since }]);
  }
  const next = new Map<string, string>();
  for (const siblings of ofProcess.values()) {
    siblings.sort((one, other) => (one.since < other.since ? -1 : Number(one.since > other.since)));
    siblings.slice(1).forEach(({ origin }, index) => {
      next.set(siblings[index]!.origin, origin);
    });
  }
  return next;
}

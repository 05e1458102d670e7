interface Closable {
  close(reason: string): Promise<void>;
}

const open = new Set<Closable>();

/** Closes a log when the process has nothing left to do. Returns a function that takes this back. */
export function closeAtExit(log: Closable): () => void {
  if (open.size === 0) process.on("beforeExit", closeAll);
  open.add(log);
  return () => {
    open.delete(log);
    if (open.size === 0) process.off("beforeExit", closeAll);
  };
}

function closeAll(): void {
  // The journal has reported what it could not write; at this point nobody is left to be told again.
  for (const log of [...open]) log.close("exit").catch(() => undefined);
}

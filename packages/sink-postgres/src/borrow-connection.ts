import type { PoolClient } from "pg";
import type { Connections } from "./sink-options.ts";

/** A connection of a pool, unless it is stopped before: one that comes when nobody waits any more goes back. */
export async function borrowConnection(
  connections: Connections,
  stopped: Promise<never>,
): Promise<PoolClient> {
  const connecting = connections.connect();
  return Promise.race([connecting, stopped]).catch((error) => {
    connecting.then((client) => client.release(), ignored);
    throw error;
  });
}

/** A promise that rejects when the signal aborts, which it has not done yet, until it is released: the signal may live longer. */
export function whenAborted(signal: AbortSignal | undefined) {
  let abort = () => {};
  const stopped = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  stopped.catch(ignored);
  signal?.addEventListener("abort", abort, { once: true });
  return { stopped, release: () => signal?.removeEventListener("abort", abort) };
}

/** For what is said by a query, too. */
export function ignored(): void {
  // See above.
}

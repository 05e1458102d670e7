import { unlessAborted } from "@openrouter-audit/core/sink";
import type { PoolClient } from "pg";
import type { Connections } from "./options.ts";

/** A connection of a pool, unless the signal aborts before: one that comes when nobody waits any more goes back. */
export async function borrowConnection(
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<PoolClient> {
  const connecting = connections.connect();
  if (!signal) return connecting;
  return unlessAborted(connecting, signal).catch((error) => {
    connecting.then((client) => client.release(), ignored);
    throw error;
  });
}

/** For what is said by a query, too. */
export function ignored(): void {
  // See above.
}

import { connect } from "node:net";
import type { PoolClient } from "pg";

/** CancelRequest of the Postgres protocol: its length, its code, whose query, and the key that was given for that. */
const cancelRequest = { bytes: 16, code: 80_877_102 } as const;

/** How long the caller waits, and when the connection is given up: PgBouncer lets a cancel wait for ten seconds. */
const limitsMs = { wait: 1000, socket: 15_000 } as const;

/**
 * Asks the server to stop what a connection runs, by the way that the protocol has for it: a connection of its own, without login
 * and not encrypted, as libpq does it. Resolves when the server has heard it, or will not; nobody is told whether it helped.
 */
export function cancelQuery(client: PoolClient): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as Record<string, unknown>;
  if (typeof host !== "string" || !Number.isInteger(processID) || !Number.isInteger(secretKey)) {
    return Promise.resolve();
  }
  const request = Buffer.alloc(cancelRequest.bytes);
  for (const [index, value] of [cancelRequest.bytes, cancelRequest.code, processID, secretKey].entries())
    request.writeInt32BE(Number(value), index * 4);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(Number(port), host);
  socket.unref();
  socket.setTimeout(limitsMs.socket, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  // The server closes it. A PgBouncer up to 1.19 ends when the client does: https://github.com/pgbouncer/pgbouncer/pull/846
  socket.write(request);
  socket.resume();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitsMs.wait).unref();
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

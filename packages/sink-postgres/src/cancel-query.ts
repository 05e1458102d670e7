import { connect } from "node:net";
import type { PoolClient } from "pg";

/** CancelRequest of the Postgres protocol: its length, its code, whose query, and the key that was given for that. */
const cancelRequest = { bytes: 16, code: 80_877_102 } as const;

/**
 * Asks the server to stop what a connection runs, by the way that the protocol has for it: a connection of its own, without login
 * and not encrypted, as libpq does it. Nobody is told whether it helped.
 */
export function cancelQuery(client: PoolClient): void {
  const { host, port, processID, secretKey } = client as unknown as Record<string, unknown>;
  if (typeof host !== "string" || !Number.isInteger(processID) || !Number.isInteger(secretKey)) return;
  const request = Buffer.alloc(cancelRequest.bytes);
  request.writeInt32BE(cancelRequest.bytes, 0);
  request.writeInt32BE(cancelRequest.code, 4);
  request.writeInt32BE(Number(processID), 8);
  request.writeInt32BE(Number(secretKey), 12);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(Number(port), host);
  socket.unref();
  socket.setTimeout(2000, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.end(request);
  socket.resume();
}

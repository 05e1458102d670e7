import { unlessAborted } from "@openrouter-audit/core/sink";
import { borrowConnection, ignored } from "./borrow-connection.ts";
import { cancelQuery } from "./cancel-query.ts";
import type { Connections } from "./options.ts";
import type { TableNames } from "./schema/names.ts";

/** A line that the table does not keep. */
export interface RefusedLine {
  /** Which of the lines: the first is 1. */
  readonly place: number;
  readonly reason: string;
}

/** Gives lines to the table in one statement; resolves when all others are kept. Rejects at once when the signal aborts. */
export async function appendLines(
  connections: Connections,
  names: TableNames,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<readonly RefusedLine[]> {
  const client = await borrowConnection(connections, signal);
  client.on("error", ignored);
  try {
    const statement = `select place::int, reason from ${names.functionOf("append")}($1::text[])`;
    const { rows } = await unlessAborted(client.query<RefusedLine>(statement, [lines]), signal);
    client.off("error", ignored);
    client.release();
    return rows;
  } catch (error) {
    // Whatever went wrong: a new connection also finds a server that has taken the place of this one. It keeps its listener,
    // for a connection may break twice.
    const drop = () => client.release(true);
    // On the server it would go on waiting, and the next try would wait beside it. A PgBouncer cancels for who is still there.
    if (signal.aborted) void cancelQuery(client).then(drop);
    else drop();
    throw error;
  }
}

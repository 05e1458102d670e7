import { type AuditSink, EntriesRejected, lineOf } from "@openrouter-audit/core";
import { Pool } from "pg";
import { appendLines } from "./append-lines.ts";
import { explanationOf } from "./explain.ts";
import { namesOf } from "./schema/names.ts";
import { checkSinkOptions, type PostgresSinkOptions } from "./sink-options.ts";

/**
 * Delivers to the table that {@link migrate} has made, one statement a batch. What is acknowledged is committed and on the disk
 * of the server, with standbys that it waits for also on theirs. A line that is there already is left as it is; another line at its
 * place, and one that the table cannot hold, are rejected. Nothing of a session is used, so that a PgBouncer may stand between.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function postgresSink(options: PostgresSinkOptions): AuditSink {
  checkSinkOptions(options);
  const names = namesOf(options);
  const own = options.pool ? null : ownPool(options.connectionString!);
  const connections = options.pool ?? own!;
  let closing: Promise<void> | undefined;
  return {
    name: options.name ?? "postgres",
    async write(batch, { signal }) {
      signal.throwIfAborted();
      if (batch.length === 0) return;
      const refused = await appendLines(connections, names, batch.map(lineOf), signal).catch((cause) => {
        throw signal.aborted ? signal.reason : new Error(explanationOf(cause, names), { cause });
      });
      if (refused.length === 0) return;
      throw new EntriesRejected(refused.map(({ place, reason }) => ({ id: batch[place - 1]!.id, reason })));
    },
    close: () => (closing ??= own?.end() ?? Promise.resolve()),
  };
}

function ownPool(connectionString: string): Pool {
  const pool = new Pool({
    application_name: "openrouter-audit",
    connectionString,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    max: 1,
    // The application ends when it has nothing else to do: what is undelivered is in the journal.
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it: the next write makes another, and says what is wrong if it cannot.
  pool.on("error", () => undefined);
  return pool;
}

import { type AuditSink, EntriesRejected, lineOf } from "@openrouter-audit/core";
import { unlessAborted } from "@openrouter-audit/core/sink";
import { appendLines } from "./append-lines.ts";
import { explanationOf } from "./explain.ts";
import { assertSinkOptions, type PostgresSinkOptions } from "./options.ts";
import { ownPool } from "./own-pool.ts";
import { namesOf } from "./schema/names.ts";

/**
 * Delivers to the table that {@link migrate} has made, one statement a batch. What is acknowledged is committed and on the disk
 * of the server, with standbys that it waits for also on theirs. A line that is there already is left as it is; another line at its
 * place, and one that the table cannot hold, are rejected. Nothing of a session is used, so that a PgBouncer may stand between.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function postgresSink(options: PostgresSinkOptions): AuditSink {
  assertSinkOptions(options);
  const names = namesOf(options);
  const own = options.pool ? null : ownPool(options.connectionString!, 1);
  const connections = options.pool ?? own!;
  let closing: Promise<void> | undefined;
  return {
    name: options.name ?? "postgres",
    async write(batch, { signal }) {
      signal.throwIfAborted();
      if (batch.length === 0) return;
      const appending = appendLines(connections, names, batch.map(lineOf), signal);
      const inWords = (cause: unknown) => new Error(`${explanationOf(cause, names)}.`, { cause });
      const refused = await unlessAborted(appending, signal, inWords);
      if (refused.length === 0) return;
      throw new EntriesRejected(refused.map(({ place, reason }) => ({ id: batch[place - 1]!.id, reason })));
    },
    close: () => (closing ??= own?.end() ?? Promise.resolve()),
  };
}

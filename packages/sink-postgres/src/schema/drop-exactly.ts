import { AuditError } from "@openrouter-audit/core";
import type { ClientBase } from "pg";
import { explained } from "../explain.ts";
import { namesOf, type TableOptions } from "./names.ts";

export interface DropExactlyOptions extends TableOptions {
  /** As YYYY-MM-DD, in UTC. */
  readonly days: readonly string[];
  /** How many lines they hold together. */
  readonly lines: number;
}

/**
 * Drops days of which it was looked at, and noted, what they hold: all of them or none, in one transaction, and none when lines came in
 * since. What somebody reads is waited for ten seconds.
 *
 * @param client a connection of the owner of the table, with no transaction under way
 * @throws AuditError `SINK_UNAVAILABLE` when they hold another number of lines, or cannot be dropped
 */
export async function dropExactly(
  client: Pick<ClientBase, "query">,
  { days, lines, ...options }: DropExactlyOptions,
): Promise<void> {
  const names = namesOf(options);
  try {
    await client.query("begin");
    await client.query("set local lock_timeout = '10s'");
    for (const day of days) {
      const partition = `"${names.schema}"."${names.table}_${day.replaceAll("-", "")}"`;
      // Who reads goes on; who writes waits, and then makes the day anew.
      await client.query(`lock table only ${partition} in share mode`);
    }
    const { rows } = await client.query<{ lines: string }>(
      `select count(*)::text as lines from ${names.quotedTable} where day = any($1::date[])`,
      [days],
    );
    const found = Number(rows[0]!.lines);
    if (found !== lines) throw changed(days, lines, found);
    for (const day of days) await client.query(`select ${names.functionOf("drop_day")}($1::date)`, [day]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error instanceof AuditError ? error : explained(error, names, "owner");
  }
}

function changed(days: readonly string[], lines: number, found: number): AuditError {
  return new AuditError(
    "SINK_UNAVAILABLE",
    `${days.join(", ")} had ${lines} lines and has ${found} now: something was delivered, or removed, meanwhile. Nothing was dropped: run it again.`,
  );
}

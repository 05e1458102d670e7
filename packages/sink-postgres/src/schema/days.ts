import { AuditError } from "@openrouter-audit/core";
import type { ClientBase } from "pg";
import { explained } from "../explain.ts";
import { namesOf, type TableNames, type TableOptions } from "./names.ts";

/** One day of the table. */
export interface PartitionedDay {
  /** As YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** The partition, as `schema.table`. */
  readonly partition: string;
  /** With indexes. */
  readonly bytes: number;
}

export interface DropDaysOptions extends TableOptions {
  /** The first day that stays, as YYYY-MM-DD. */
  readonly before: string;
  /** Told of each day that was dropped. */
  readonly onDropped?: ((day: PartitionedDay) => void) | undefined;
}

/** What can ask for the days: a connection, or a pool. */
type Queries = Pick<ClientBase, "query">;

/** The days that the table has, oldest first. */
export async function listDays(
  client: Queries,
  options: TableOptions = {},
): Promise<readonly PartitionedDay[]> {
  const names = namesOf(options);
  try {
    const { rows } = await client.query<{ partition: string; bytes: string }>(
      `select relname as partition, pg_total_relation_size(c.oid)::text as bytes
       from pg_inherits join pg_class c on c.oid = inhrelid
       where inhparent = '${names.quotedTable}'::regclass order by relname`,
    );
    return rows.flatMap(({ partition, bytes }) => {
      const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(partition) ?? [];
      if (!day) return [];
      return [
        { day: `${year}-${month}-${day}`, partition: `${names.schema}.${partition}`, bytes: Number(bytes) },
      ];
    });
  } catch (error) {
    throw explained(error, names, "reader");
  }
}

/**
 * Retention: drops the days before one, oldest first, each by itself. What somebody reads is waited for ten seconds. A day
 * that the journal still has comes again when a sink is new: let retention of the journal go first.
 *
 * @param client a connection of the owner of the table
 * @returns the days that were dropped
 * @throws AuditError `INVALID_OPTIONS` when `before` is no day, or lies ahead
 */
export async function dropDays(
  client: Queries,
  { before, onDropped, ...options }: DropDaysOptions,
): Promise<readonly PartitionedDay[]> {
  const names = namesOf(options);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(before) ? Date.parse(before) : Number.NaN;
  if (Number.isNaN(time) || time > Date.now()) {
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "before" is not right: must be a day as YYYY-MM-DD, today (UTC) at the latest.',
    );
  }
  const dropped: PartitionedDay[] = [];
  for (const day of await listDays(client, options)) {
    if (day.day >= before) break;
    if (!(await dropDay(client, names, day.day))) continue;
    dropped.push(day);
    onDropped?.(day);
  }
  return dropped;
}

/** @returns false when there is no such day: somebody else has just dropped it */
async function dropDay(client: Queries, names: TableNames, day: string): Promise<boolean> {
  const statement = `select ${names.functionOf("drop_day")}($1::date) as done`;
  try {
    return (await client.query<{ done: boolean }>(statement, [day])).rows[0]!.done;
  } catch (error) {
    throw explained(error, names, "owner");
  }
}

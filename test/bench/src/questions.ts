import pg from "pg";
import type { Database } from "./database.ts";
import { firstDay, models } from "./fill-table.ts";

/** Something people ask, and what it is compared with: as shipped, and the same where something is missing. */
export interface Question {
  readonly name: string;
  readonly sql: string;
  readonly values: readonly unknown[];
}

const dayAfter = (days: number) => new Date(Date.parse(firstDay) + days * 86_400_000).toISOString();

export function questionsAbout(days: number, generation: string): readonly Question[] {
  const middle = Math.floor(days / 2);
  const table = "openrouter_audit.entries";
  return [
    {
      name: "the last 100 calls of a user",
      sql: `select line from ${table} where user_id = $1 order by recorded_at desc limit 100`,
      values: ["user-2500"],
    },
    {
      name: "a model on one day: calls, cost",
      sql: `select count(*), sum(cost_usd) from ${table} where model = $1 and day = $2::date and "timestamp" >= $2 and "timestamp" < $3`,
      values: [models.at(-1), dayAfter(middle), dayAfter(middle + 1)],
    },
    {
      name: "one user over all days: calls, cost, tokens",
      sql: `select count(*), sum(cost_usd), sum(total_tokens) from ${table} where user_id = $1`,
      values: ["user-2500"],
    },
    {
      name: "half of the days: cost by user, the first 10",
      sql: `select user_id, count(*), sum(cost_usd), sum(total_tokens) from ${table} where day >= $1::date group by user_id order by 3 desc limit 10`,
      values: [dayAfter(middle)],
    },
    {
      name: "one generation id",
      sql: `select line from ${table} where generation_id = $1`,
      values: [generation],
    },
  ];
}

const noIndexes = { enable_indexscan: "off", enable_indexonlyscan: "off", enable_bitmapscan: "off" };

/** The same server, asked in different ways. */
export const ways = {
  "as shipped": {},
  "without indexes": noIndexes,
  "without indexes and partition pruning": { ...noIndexes, enable_partition_pruning: "off" },
} as const;

export type Way = keyof typeof ways;

/** In milliseconds, to the last row. */
export async function timeOf(database: Database, way: Way, { sql, values }: Question): Promise<number> {
  const client = new pg.Client({ connectionString: database.url(ways[way]) });
  await client.connect();
  try {
    const begun = performance.now();
    await client.query(sql, [...values]);
    return performance.now() - begun;
  } finally {
    await client.end();
  }
}

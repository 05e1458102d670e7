import { quoted } from "../duckdb/sql-text.ts";
import type { Snapshot } from "../entries/entry-table.ts";

/** So many ids stand in a statement: to look for them costs next to nothing, where another table would be joined for each question. */
export const mostNamed = 1_000;

/** Texts, for IN. */
export function listed(texts: readonly string[]): string {
  return [...new Set(texts)].map(quoted).join(", ");
}

/**
 * The ids that a SELECT finds, to be put into `in (…)`; empty when it finds none.
 *
 * @param select of one column, `id`
 */
export async function namesIn(snapshot: Snapshot, select: string): Promise<string> {
  const found = await snapshot.ask<{ id: string }>({
    text: `select cast(id as varchar) as id from (${select}) as entries limit ${mostNamed + 1}`,
  });
  if (found.length <= mostNamed) return listed(found.map(({ id }) => id));
  return `select id from ${await snapshot.keep(select)} as kept`;
}

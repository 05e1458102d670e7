import type { Snapshot } from "../entries/entry-table.ts";
import { logOrder } from "../entries/log-order.ts";
import { countAll } from "./count-sql.ts";
import { namesIn } from "./named-ids.ts";
import { isIn, type Window } from "./window.ts";

/**
 * Which rows count (docs/reports.md, "What counts"): each id once, and of an exchange that was taken for ended and has its real
 * end as well the real one. Of a log in which nothing is repeated these are the rows as they are.
 */
export interface CountingRows {
  /** What to put behind FROM. */
  readonly relation: string;
  /** How many rows of the period do not count because another stands for their id. */
  readonly repeated: number;
}

/** @param columns of the snapshot, `is_presumed_end` among them */
export async function eachOnce(
  snapshot: Snapshot,
  columns: readonly string[],
  period: Window,
): Promise<CountingRows> {
  const { relation, repeated } = await eachId(snapshot, columns, period);
  return { relation: await withRealEnds(snapshot, relation), repeated };
}

async function eachId(snapshot: Snapshot, columns: readonly string[], period: Window): Promise<CountingRows> {
  const rows = snapshot.relation;
  const ids = await namesIn(snapshot, `select id from ${rows} as entries group by id having count(*) > 1`);
  if (ids === "") return { relation: rows, repeated: 0 };
  const names = columns.map((column) => `"${column}"`).join(", ");
  const inOrder =
    await snapshot.keep(`select ${names}, row_number() over (partition by id order by ${logOrder}) as occurrence
    from ${rows} as entries where id in (${ids})`);
  const [others] = await snapshot.ask<{ found: number }>({
    text: `select ${countAll} as found from ${inOrder} as entries where occurrence > 1 and ${isIn(period)}`,
  });
  const firsts = `(select ${names} from ${inOrder} as entries where occurrence = 1)`;
  return { relation: await snapshot.replace(`id in (${ids})`, firsts), repeated: others!.found };
}

async function withRealEnds(snapshot: Snapshot, rows: string): Promise<string> {
  const presumed = `select exchange_id from ${rows} as entries where is_presumed_end`;
  const ended = `select exchange_id from ${rows} as entries where event_type <> 'call_started' and not is_presumed_end
    and exchange_id in (${presumed})`;
  const ids = await namesIn(
    snapshot,
    `select id from ${rows} as entries where is_presumed_end and exchange_id in (${ended})`,
  );
  return ids === "" ? rows : snapshot.replace(`is_presumed_end and id in (${ids})`);
}

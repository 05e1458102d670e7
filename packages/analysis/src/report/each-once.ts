import type { Snapshot } from "../entries/entry-table.ts";
import { logOrder } from "../entries/log-order.ts";
import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { countAll } from "./count-sql.ts";
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

/** @param columns of the snapshot */
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
  const repeatedIds = `select id from ${rows} as entries group by id having count(*) > 1`;
  const [ids] = await snapshot.ask<{ found: number }>({
    text: `select ${countAll} as found from (${repeatedIds}) as entries`,
  });
  if (ids!.found === 0) return { relation: rows, repeated: 0 };
  const names = columns.map((column) => `"${column}"`).join(", ");
  // Few rows are copied: a table of all of them may be all that there is room for.
  const inOrder = await snapshot.keep(`select ${names}, row_number() over (
      partition by id order by ${logOrder}) as occurrence
    from ${rows} as entries where id in (${repeatedIds})`);
  const [others] = await snapshot.ask<{ found: number }>({
    text: `select ${countAll} as found from ${inOrder} as entries where occurrence > 1 and ${isIn(period)}`,
  });
  const relation = `(select ${names} from ${rows} as entries
      where not exists (select 1 from ${inOrder} as repeated where repeated.id = entries.id)
    union all select ${names} from ${inOrder} as entries where occurrence = 1)`;
  return { relation, repeated: others!.found };
}

async function withRealEnds(snapshot: Snapshot, rows: string): Promise<string> {
  const belied =
    await snapshot.keep(`select id from ${rows} as entries where ${isPresumedEnd("entries")} and exists (
    select 1 from ${rows} as ends where ends.exchange_id = entries.exchange_id and ${isRealEnd("ends")})`);
  const [found] = await snapshot.ask<{ found: number }>({
    text: `select ${countAll} as found from ${belied} as entries`,
  });
  if (found!.found === 0) return rows;
  return `(select * from ${rows} as entries
    where not exists (select 1 from ${belied} as belied where belied.id = entries.id))`;
}

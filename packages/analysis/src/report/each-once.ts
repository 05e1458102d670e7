import type { Snapshot, SqlRow } from "../entries/entry-table.ts";
import { logOrder } from "../entries/log-order.ts";
import { isPresumedEnd, isRealEnd } from "../entries/presumed-end.ts";
import { countAll } from "./count-sql.ts";
import { listed, mostNamed, namesIn } from "./named-ids.ts";
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
  const places = await snapshot.ask<RepeatedPlace>({
    text: `select cast(id as varchar) as id, ${place} as place, occurrence > 1 as is_repeated, ${isIn(period)} as is_in_period
      from (select id, log, seq, "timestamp", row_number() over (partition by id order by ${logOrder}) as occurrence
        from ${rows} as entries where id in (${repeatedIds})) as entries limit ${mostNamed + 1}`,
  });
  if (places.length === 0) return { relation: rows, repeated: 0 };
  const repeats = places.filter(({ is_repeated }) => is_repeated);
  const firsts = new Set(places.filter((each) => !each.is_repeated).map(({ place }) => place));
  if (places.length > mostNamed || repeats.some((each) => firsts.has(each.place)))
    return eachIdOfMany(snapshot, columns, period, repeatedIds);
  const named = `id in (${listed(repeats.map(({ id }) => id))}) and ${place} in (${listed(repeats.map((each) => each.place))})`;
  return {
    relation: await snapshot.leaveOut(named),
    repeated: repeats.filter(({ is_in_period }) => is_in_period).length,
  };
}

interface RepeatedPlace extends SqlRow {
  readonly id: string;
  readonly place: string;
  readonly is_repeated: boolean;
  readonly is_in_period: boolean;
}

/** Where an entry stands in its log. */
const place = `concat(log, ' ', cast(seq as varchar))`;

/** Of many that are repeated, or of the same that stand in one place. */
async function eachIdOfMany(
  snapshot: Snapshot,
  columns: readonly string[],
  period: Window,
  repeatedIds: string,
): Promise<CountingRows> {
  const rows = snapshot.relation;
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
  const belied = `select id from ${rows} as entries where ${isPresumedEnd("entries")} and exists (
    select 1 from ${rows} as ends where ends.exchange_id = entries.exchange_id and ${isRealEnd("ends")})`;
  const ids = await namesIn(snapshot, belied);
  if (ids === "") return rows;
  const isBelied = `${isPresumedEnd()} and id in (${ids})`;
  if (rows !== snapshot.relation) return `(select * from ${rows} as entries where not (${isBelied}))`;
  return snapshot.leaveOut(isBelied);
}

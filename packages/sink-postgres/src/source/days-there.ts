import type { TableNames } from "../schema/names.ts";

/** A day of which there are lines. */
export interface DayThere {
  /** As YYYY-MM-DD. */
  readonly day: string;
}

/** The same with its size. */
export interface SizedDay extends DayThere {
  /** Of its partition: twice what the lines have, for the entry stands there as jsonb too. */
  readonly bytes: string;
}

/**
 * The days from `$1` on, the oldest first, each found by a look into the primary key. Not from the catalogue: a partition may be
 * empty, and where tables are cut in another way each day has none of its own.
 */
export function daysThere({ quotedTable }: TableNames): string {
  return `
with recursive days(day) as (
  (select day from ${quotedTable} where day >= $1::date order by day limit 1)
  union all
  select (select e.day from ${quotedTable} as e where e.day > days.day order by e.day limit 1)
  from days where days.day is not null
)
select to_char(day, 'YYYY-MM-DD') as day from days where day is not null`;
}

/** The same with the size of each. */
export function sizedDays(names: TableNames): string {
  return `
select day, (select pg_table_size(e.tableoid)::text from ${names.quotedTable} as e where e.day = there.day::date limit 1) as bytes
from (${daysThere(names)}) as there`;
}

/** Before all others. */
export const earliestDay = "0001-01-01";

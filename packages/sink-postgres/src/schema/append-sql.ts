import { columns } from "./columns.ts";
import type { TableNames } from "./names.ts";

/** What the sink is told of a line that is not kept. */
export const reasons = {
  noPlace: "the line has no log, seq, id or recorded_at that the table can hold",
  taken: "another line stands at its place in the table: two logs claim one name, or somebody forges",
} as const;

/**
 * The one way in. Who may call it may add lines and nothing else, for it runs with the rights of its owner: it makes the
 * partitions of the days, makes the columns of the lines (nobody can say in a column what is not in its line), and tells
 * which lines are not kept. A line that is there already is kept.
 */
export function appendSql(names: TableNames): string {
  const { quotedTable, functionOf } = names;
  const columnNames = columns.map(({ name }) => `"${name}"`).join(", ");
  const values = columns.map(({ from }) => from(names)).join(",\n    ");
  const members = new Map(columns.flatMap(({ member }) => (member ? [[member.name, member.as]] : [])));
  const record = [...members].map(([name, as]) => `"${name}" ${as}`).join(", ");
  return `
create or replace function ${functionOf("append")}(lines text[]) returns table (place bigint, reason text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- Less than a write may take: who waits for a lock says so, and leaves nobody behind who waits on.
set lock_timeout = '10s'
as $function$
declare
  entries jsonb[];
  times timestamptz[];
  days date[];
  one_day date;
  placed bigint;
  inserted bigint;
begin
  -- What is acknowledged is on the disk, whatever is the default here. Until the transaction ends.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  -- Materialized: a line is parsed once.
  with parsed as materialized (
    select n, ${functionOf("entry_of")}(given.line) as entry from unnest(lines) with ordinality as given(line, n)
  ), timed as materialized (
    select n, entry, ${functionOf("time_of")}(entry->>'recorded_at') as recorded_at from parsed
  )
  select array_agg(entry order by n), array_agg(recorded_at order by n), count(recorded_at),
    array_agg(distinct (recorded_at at time zone 'UTC')::date) filter (where recorded_at is not null)
  into entries, times, placed, days from timed;

  return query select n, '${reasons.noPlace}'
  from unnest(times) with ordinality as given(recorded_at, n) where given.recorded_at is null;
  if placed = 0 then return; end if;
  foreach one_day in array days loop
    perform ${functionOf("make_day")}(one_day);
  end loop;

  -- In one order everywhere: who delivers the same lines at once waits, and there is no deadlock.
  insert into ${quotedTable} (${columnNames})
  select ${values}
  from unnest(entries, times, lines) as given(entry, recorded_at, line), jsonb_to_record(given.entry) as its(${record})
  where given.recorded_at is not null
  order by 1, 2, 3
  on conflict do nothing;
  get diagnostics inserted = row_count;
  if inserted = placed then return; end if;

  foreach one_day in array days loop
    return query select n, '${reasons.taken}'
    from unnest(entries, times, lines) with ordinality as given(entry, recorded_at, line, n)
    join ${quotedTable} as kept on kept.day = one_day and kept.log = given.entry->>'log'
      and kept.seq = ${functionOf("whole_number_of")}(given.entry->'seq')
    where (given.recorded_at at time zone 'UTC')::date = one_day and kept.line <> given.line;
    -- Who stopped waiting for the standby finds the lines here, and perhaps nowhere else. A transaction that writes waits for
    -- all that was written before it; this writes a lock.
    perform from ${quotedTable} as kept
    where kept.day = one_day and (kept.log, kept.seq) = (
      select given.entry->>'log', ${functionOf("whole_number_of")}(given.entry->'seq') from unnest(entries, times) as given(entry, recorded_at)
      where (given.recorded_at at time zone 'UTC')::date = one_day limit 1
    ) for key share;
  end loop;
end
$function$;
`;
}

import type { TableNames } from "./names.ts";

/**
 * Triggers that refuse every change of what is there, on the table and on each partition: a statement that names a partition
 * fires only its own. \`enable always\`: also where triggers are off, as for who replicates.
 */
export function appendOnlySql({ quotedSchema: s, quotedTable, table, functionOf }: TableNames): string {
  return `
create or replace function ${functionOf("refuse_change")}() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $function$
begin
  raise exception 'The audit log is append-only: % of %.% is refused.', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege', hint = 'A day that may go goes as a whole: drop its partition.';
end
$function$;

create or replace function ${functionOf("guard")}(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $function$
begin
  execute format('create or replace trigger append_only before update or delete or truncate on %s for each statement execute function ${functionOf("refuse_change")}()', relation);
  execute format('alter table %s enable always trigger append_only', relation);
end
$function$;

-- Makes the partition of a day. Attached, not made in its place, which would wait for everybody who reads.
create or replace function ${functionOf("make_day")}(day date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $function$
declare
  partition text := '${s}."${table}_' || to_char(day, 'YYYYMMDD') || '"';
begin
  if to_regclass(partition) is not null then return; end if;
  -- One at a time makes partitions; readers and writers go on.
  lock table ${quotedTable} in share update exclusive mode;
  if to_regclass(partition) is not null then return; end if;
  execute format('create table %s (like ${quotedTable} including defaults including constraints including storage)', partition);
  perform ${functionOf("guard")}(partition::regclass);
  -- As text that reads back in every DateStyle.
  execute format('alter table ${quotedTable} attach partition %s for values from (%L) to (%L)', partition,
    to_char(day, 'YYYY-MM-DD'), to_char(day + 1, 'YYYY-MM-DD'));
end
$function$;

-- The table and the partitions that are there: what is guarded already is left alone.
do $do$
declare
  relation regclass;
begin
  for relation in
    select '${quotedTable}'::regclass union all select inhrelid from pg_inherits where inhparent = '${quotedTable}'::regclass
  loop
    if not exists (select from pg_trigger where tgrelid = relation and tgname = 'append_only' and tgenabled = 'A') then
      perform ${functionOf("guard")}(relation);
    end if;
  end loop;
end
$do$;

-- Retention. False when there is no such day; refused while the day is not over. Waits ten seconds for who reads, no longer.
create or replace function ${functionOf("drop_day")}(day date) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '10s' as $function$
declare
  partition text := '${s}."${table}_' || to_char(day, 'YYYYMMDD') || '"';
begin
  if to_regclass(partition) is null then return false; end if;
  if day >= (now() at time zone 'UTC')::date then
    raise exception 'The day % is not over: its partition is still written to.', day using errcode = 'object_in_use';
  end if;
  execute format('drop table %s', partition);
  return true;
end
$function$;
`;
}

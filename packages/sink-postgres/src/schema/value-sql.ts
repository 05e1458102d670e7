import type { TableNames } from "./names.ts";

/**
 * The functions that make a column of a member. None of them ever fails: what is no such value is null, so that no entry
 * holds up the others. `$1` is a member, `line` a line of the journal.
 */
export function valueSql({ functionOf }: TableNames): string {
  return `
create or replace function ${functionOf("whole_number_of")}(jsonb) returns bigint
language sql immutable parallel safe as $function$
  select case when jsonb_typeof($1) = 'number' then
    case when abs($1::numeric) < 9223372036854775808 and trunc($1::numeric) = $1::numeric then $1::bigint end
  end
$function$;

create or replace function ${functionOf("number_of")}(jsonb) returns numeric
language sql immutable parallel safe as $function$
  select case when jsonb_typeof($1) = 'number' then $1::numeric end
$function$;

create or replace function ${functionOf("boolean_of")}(jsonb) returns boolean
language sql immutable parallel safe as $function$
  select case when jsonb_typeof($1) = 'boolean' then $1::boolean end
$function$;

-- Nothing but RFC 3339 in UTC: of a text, Postgres would also take 'now', and 'infinity'. A year beyond 9999, or 0, is null, and so
-- is what Postgres would round up to another day: 24:00, a 60th second, more digits than it keeps.
create or replace function ${functionOf("time_of")}(value text) returns timestamptz
language plpgsql immutable parallel safe as $function$
begin
  if value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z$' then
    return value::timestamptz;
  end if;
  return null;
exception when data_exception then
  return null;
end
$function$;

-- The entry of a line, or null where that is none with a log, a seq and an id. jsonb cannot hold NUL: in its place stands U+FFFD.
create or replace function ${functionOf("entry_of")}(line text) returns jsonb
language plpgsql immutable parallel safe as $function$
declare
  e jsonb;
begin
  if strpos(line, E'\\\\u0000') > 0 then
    line := regexp_replace(line, E'(?<!\\\\\\\\)((\\\\\\\\\\\\\\\\)*)\\\\\\\\u0000', E'\\\\1\\\\\\\\ufffd', 'g');
  end if;
  e := line::jsonb;
  if length(e->>'log') between 1 and 500 and length(e->>'id') between 1 and 500
    and ${functionOf("whole_number_of")}(e->'seq') >= 0 then
    return e;
  end if;
  return null;
exception when data_exception or program_limit_exceeded then
  return null;
end
$function$;
`;
}

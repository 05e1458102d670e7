import { functions, type TableNames } from "./names.ts";

/**
 * Refuses a migration that would run what somebody else can change: the functions run with the rights of the owner, and
 * `create or replace` leaves a function to whoever made it before. The last step, so that nothing comes between.
 */
export function ownersSql({ schema, table, quotedSchema, quotedTable }: TableNames): string {
  const named = Object.keys(functions).map((name) => `'${table}_${name}'`);
  return `
do $do$
declare
  other text;
begin
  select format('%s belongs to %I', its.what, pg_get_userbyid(its.owner)) into other from (
    select p.oid::regprocedure::text, p.proowner from pg_proc p
    where p.pronamespace = '${quotedSchema}'::regnamespace and p.proname in (${named.join(", ")})
    union all
    select c.oid::regclass::text, c.relowner from pg_class c
    where c.relnamespace = '${quotedSchema}'::regnamespace and c.relname in ('${table}', '${table}_version')
    union all
    select c.oid::regclass::text, c.relowner from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = '${quotedTable}'::regclass
    union all
    -- Who owns a schema can put another function in the place of one; who owns the database, or is a superuser, anyway.
    select 'the schema ' || n.nspname, n.nspowner from pg_namespace n join pg_roles r on r.oid = n.nspowner
    where n.nspname = '${schema}' and not r.rolsuper and r.rolname <> 'pg_database_owner'
      and n.nspowner <> (select datdba from pg_database where datname = current_database())
  ) as its(what, owner)
  where its.owner <> (select oid from pg_roles where rolname = current_user) limit 1;
  if other is not null then
    raise exception '%, who could change what runs with the rights of %.', other, current_user
      using errcode = 'insufficient_privilege', hint = 'Migrate as the owner of all of it, or give it to one role: alter … owner to …';
  end if;
end
$do$;
`;
}

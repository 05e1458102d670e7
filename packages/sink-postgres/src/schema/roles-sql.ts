import { functions, type TableFunction, type TableNames } from "./names.ts";

export interface Roles {
  readonly writer: string;
  readonly reader: string;
}

/** Two roles that nobody can log in with, to be granted to those who can; and nothing for everybody else. */
export function rolesSql(
  { quotedSchema: s, quotedTable, quotedVersion: version, functionOf }: TableNames,
  { writer, reader }: Roles,
): string {
  const signatures = Object.entries(functions).map(
    ([name, takes]) => `${functionOf(name as TableFunction)}(${takes})`,
  );
  return `
${[writer, reader].map(roleSql).join("\n")}

revoke all on function ${signatures.join(", ")} from public;
grant usage on schema ${s} to "${writer}", "${reader}";
grant execute on function ${functionOf("append")}(text[]) to "${writer}";
grant select on ${quotedTable}, ${version} to "${reader}";
`;
}

function roleSql(role: string): string {
  return `
do $do$
begin
  if not exists (select from pg_roles where rolname = '${role}') then create role "${role}" nologin; end if;
exception when duplicate_object or unique_violation then null;
end
$do$;`;
}

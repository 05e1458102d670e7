import { columns, indexes, primaryKey } from "./columns.ts";
import type { TableNames } from "./names.ts";

/** The table, its indexes, and the note of which version it is. */
export function tableSql({ quotedSchema, quotedTable, table }: TableNames, version: number): string {
  const definitions = columns.map(
    ({ name, type, required }) => `"${name}" ${type}${required ? " not null" : ""}`,
  );
  const made = indexes.map((names) => {
    const list = names.map((name) => `"${name}"`).join(", ");
    return `create index if not exists "${table}_${names.join("_")}_idx" on ${quotedTable} (${list});`;
  });
  return `
create schema if not exists ${quotedSchema};

create table if not exists ${quotedTable} (
  ${definitions.join(",\n  ")},
  primary key (${primaryKey.join(", ")})
) partition by range (day);

comment on table ${quotedTable} is 'Entries of openrouter-audit. Append-only: lines come in through the function "${table}_append", and days go as a whole.';

${made.join("\n")}
-- Every search asks which entries are missing.
create index if not exists "${table}_gaps_idx" on ${quotedTable} ("recorded_at") where event_type = 'audit.gap';

create table if not exists ${quotedSchema}.schema_version (
  table_name text primary key,
  version integer not null,
  migrated_at timestamptz not null default now()
);

insert into ${quotedSchema}.schema_version (table_name, version) values ('${table}', ${version})
on conflict (table_name) do update set version = excluded.version, migrated_at = now()
where schema_version.version < excluded.version;
`;
}

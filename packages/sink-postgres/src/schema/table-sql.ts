import { columns, indexes, primaryKey } from "./columns.ts";
import type { TableNames } from "./names.ts";

/** The table, its indexes, and the note of which version it is. */
export function tableSql(
  { quotedSchema, quotedTable, quotedVersion, table }: TableNames,
  version: number,
): string {
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

create table if not exists ${quotedVersion} (
  only_row boolean primary key default true check (only_row),
  version integer not null,
  migrated_at timestamptz not null default now()
);

insert into ${quotedVersion} as made (version) values (${version})
on conflict (only_row) do update set version = excluded.version, migrated_at = now() where made.version < excluded.version;
`;
}

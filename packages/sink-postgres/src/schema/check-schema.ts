import { AuditError } from "@openrouter-audit/core";
import type { ClientBase, QueryResultRow } from "pg";
import { columns, primaryKey } from "./columns.ts";
import { schemaVersion } from "./migration-sql.ts";
import type { TableNames } from "./names.ts";

/**
 * Looks whether the table can be what this package makes of it. One that is not there can; what is in it besides (columns and
 * indexes of your own) is left alone.
 *
 * @throws AuditError `SINK_UNAVAILABLE` naming everything that is not right, and what to do.
 */
export async function checkSchema(client: ClientBase, names: TableNames): Promise<void> {
  const { rows } = await client.query<{ encoding: string; versioned: boolean; found: boolean }>(
    `select current_setting('server_encoding') as encoding, to_regclass($1) is not null as versioned,
            to_regclass($2) is not null as found`,
    [names.quotedVersion, names.quotedTable],
  );
  const { encoding, versioned, found } = rows[0]!;
  if (encoding !== "UTF8") {
    throw new AuditError(
      "SINK_UNAVAILABLE",
      `The database has the encoding ${encoding}, which cannot hold every text. Use one that was created with encoding 'UTF8'.`,
    );
  }
  if (versioned) await checkVersion(client, names);
  if (!found) return;
  const ask: Ask = async (text, values) => (await client.query(text, values)).rows;
  const wrong = [...(await wrongKind(ask, names)), ...(await wrongColumns(client, names))];
  if (wrong.length > 0) {
    throw new AuditError(
      "SINK_UNAVAILABLE",
      `The table ${names.shown} is not what the audit log needs: ${wrong.join("; ")}. Mend it, or move it away (alter table … rename to …), and migrate again.`,
    );
  }
}

async function checkVersion(client: ClientBase, { quotedVersion, shown }: TableNames): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `select version from ${quotedVersion} where version > $1`,
    [schemaVersion],
  );
  if (!rows[0]) return;
  throw new AuditError(
    "SINK_UNAVAILABLE",
    `The table ${shown} has version ${rows[0].version}, and this package knows up to ${schemaVersion}: a newer one made it. Upgrade @openrouter-audit/sink-postgres and migrate with that.`,
  );
}

/** Asks something, and has the rows. */
type Ask = (text: string, values: unknown[]) => Promise<QueryResultRow[]>;

/** In what a table is not one that has each place once: a view, for instance, shows what it likes. */
export async function wrongKind(ask: Ask, { quotedTable }: TableNames): Promise<string[]> {
  const [kind] = await ask(
    `select pg_get_partkeydef(c.oid) as partitioned,
            (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') as key
     from pg_class c where c.oid = to_regclass($1)`,
    [quotedTable],
  );
  // Who asks for rows of it is told that it is not there.
  if (!kind) return [];
  const wanted = `PRIMARY KEY (${primaryKey.join(", ")})`;
  return [
    ...(kind.partitioned === "RANGE (day)" ? [] : ["it is not partitioned by range (day)"]),
    ...(kind.key === wanted ? [] : [`its primary key must be (${primaryKey.join(", ")})`]),
  ];
}

async function wrongColumns(client: ClientBase, { quotedTable }: TableNames): Promise<string[]> {
  const { rows } = await client.query<{ name: string; type: string; demanded: boolean }>(
    `select attname as name, format_type(atttypid, atttypmod) as type,
            attnotnull and not atthasdef and attidentity = '' as demanded
     from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [quotedTable],
  );
  const found = new Map(rows.map((row) => [row.name, row]));
  const ours = new Set(columns.map(({ name }) => name));
  const wrong = columns.flatMap(({ name, type }) => {
    const is = found.get(name)?.type;
    if (is === type) return [];
    if (is) return [`the column ${name} must be ${type}, and is ${is}`];
    return [`the column ${name} is missing (alter table ${quotedTable} add column "${name}" ${type})`];
  });
  const demanding = rows.filter(({ name, demanded }) => demanded && !ours.has(name));
  return [
    ...wrong,
    ...demanding.map(({ name }) => `the column ${name}, which is not ours, must have a default`),
  ];
}

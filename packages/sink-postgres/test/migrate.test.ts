import { listDays, migrate, migrationSql, postgresSink } from "@openrouter-audit/sink-postgres";
import { Client } from "pg";
import { PostgresServer } from "../../../test/support/postgres-server.ts";

let server: PostgresServer;
const open: Client[] = [];
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(async () => {
  for (const client of open) await client.end();
  await server.stop();
});

async function connect(database = "postgres", user = "postgres"): Promise<Client> {
  const client = new Client({ connectionString: server.url({ database, user }) });
  await client.connect();
  open.push(client);
  return client;
}

/** A database of its own, made empty. */
async function emptyDatabase(name: string, options = ""): Promise<Client> {
  await (await connect()).query(`create database ${name} template template0 ${options}`);
  return connect(name);
}

/** All that a migration makes, and its rights. */
async function made(client: Client): Promise<unknown[]> {
  const { rows } = await client.query(`
    select relname as name, relkind::text as kind, relacl::text as rights from pg_class where relnamespace = 'openrouter_audit'::regnamespace
    union all select proname, prosrc, proacl::text from pg_proc where pronamespace = 'openrouter_audit'::regnamespace
    union all select tgname, tgrelid::regclass::text, tgenabled::text from pg_trigger where tgname = 'append_only'
    order by 1, 2`);
  return rows;
}

test("makes the same by itself, run again, by two at once, and as a script", async () => {
  const one = await emptyDatabase("one");
  await expect(migrate(one)).resolves.toEqual({ table: "openrouter_audit.entries", version: 1 });
  const expected = await made(one);
  expect(expected.length).toBeGreaterThan(15);
  await migrate(one);
  expect(await made(one)).toEqual(expected);

  const two = await emptyDatabase("two");
  await Promise.all([migrate(two), migrate(await connect("two")), migrate(await connect("two"))]);
  expect(await made(two)).toEqual(expected);

  const script = await emptyDatabase("script");
  await script.query(migrationSql());
  await script.query(migrationSql());
  expect(await made(script)).toEqual(expected);
});

test("takes a name for everything: two tables live beside each other", async () => {
  const client = await emptyDatabase("named");
  const options = { schema: "logs", table: "a_table_of_thirty_characters__", writer: "w", reader: "r" };
  await migrate(client, options);
  await migrate(client, { ...options, table: "staging" });
  await client.query("create role named login password 'x' in role w");
  const url = server.url({ user: "named", password: "x", database: "named" });
  const sink = postgresSink({ connectionString: url, schema: "logs", table: options.table, name: "named" });
  const entry = {
    id: "1",
    log: "x",
    seq: 0,
    recorded_at: "2026-11-25T22:46:34.551Z",
    chain_hash: "",
    signature: "",
  };
  await sink.write([entry as never], { signal: new AbortController().signal });
  await sink.close?.();
  expect(await listDays(client, options)).toEqual([
    {
      day: "2026-11-25",
      partition: "logs.a_table_of_thirty_characters___20261125",
      bytes: expect.any(Number),
    },
  ]);
  expect(await listDays(client, { ...options, table: "staging" })).toEqual([]);
});

test("leaves everything else of a schema that it shares as it is", async () => {
  const client = await emptyDatabase("shared");
  await client.query(`
    create table public.schema_version (id int); create function public.mine() returns int return 1;
    create function public.time_of(value text) returns timestamptz return null::timestamptz`);
  const others = async () =>
    (
      await client.query(
        "select proname, proacl, prosqlbody from pg_proc where proname in ('mine', 'time_of') order by 1",
      )
    ).rows;
  const before = await others();
  await migrate(client, { schema: "public" });
  expect(before).toHaveLength(2);
  expect(await others()).toEqual(before);
});

test("says of a table that is not what is needed everything that is not right, and changes nothing", async () => {
  const client = await emptyDatabase("drifted");
  await migrate(client);
  const table = "openrouter_audit.entries";
  await client.query(
    `alter table ${table} drop column model, drop column feature, alter status type varchar(9)`,
  );
  await client.query(`alter table ${table} add column mine text not null`);
  await client.query("drop function openrouter_audit.entries_append");
  const error = await migrate(client).catch((reason) => reason);
  expect(error).toMatchObject({ name: "AuditError", code: "SINK_UNAVAILABLE" });
  for (const part of [
    'the column model is missing (alter table "openrouter_audit"."entries" add column "model" text)',
    'the column feature is missing (alter table "openrouter_audit"."entries" add column "feature" text)',
    "the column status must be text, and is character varying(9)",
    "the column mine, which is not ours, must have a default",
  ])
    expect(error.message).toContain(part);
  const { rows } = await client.query("select to_regproc('openrouter_audit.entries_append') as made");
  expect(rows).toEqual([{ made: null }]);
  // The connection is as good as before, and so is the table when it is mended.
  await client.query(
    `alter table ${table} add column model text, add column feature text, alter status type text, drop column mine`,
  );
  await migrate(client);
});

test.each([
  [
    "another table",
    "create schema openrouter_audit; create table openrouter_audit.entries (line text)",
    "it is not partitioned",
  ],
  [
    "a view",
    "create schema openrouter_audit; create view openrouter_audit.entries as select 1 as line",
    "it is not partitioned",
  ],
  [
    "a later version",
    "create schema openrouter_audit; create table openrouter_audit.entries_version (version int); insert into openrouter_audit.entries_version values (99)",
    "version 99",
  ],
])("leaves %s of that name alone", async (name, statement, told) => {
  const client = await emptyDatabase(name.replaceAll(" ", "_"));
  await client.query(statement);
  await expect(migrate(client)).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringContaining(told),
  });
});

test("needs a database that can hold every text, and the right to make what it makes", async () => {
  const latin = await emptyDatabase("latin", "encoding 'LATIN1' locale 'C'");
  await expect(migrate(latin)).rejects.toThrow(/^The database has the encoding LATIN1, .* encoding 'UTF8'/);
  await (await connect()).query(`create role nobody login password '${server.password}'`);
  const nobody = await connect("postgres", "nobody");
  await expect(migrate(nobody)).rejects.toThrow(
    /\(42501: permission denied for database postgres\)\. Connect as the owner/,
  );
});

describe("what another role may change is not run with the rights of the owner:", () => {
  beforeAll(async () => {
    await (await connect()).query(`create role mallory login password '${server.password}'`);
  });

  test.each([
    [
      "a function that was there first",
      "shared",
      "create schema openrouter_audit; grant create on schema openrouter_audit to mallory",
      "create function openrouter_audit.entries_entry_of(line text) returns jsonb language sql as 'select null::jsonb'",
      /entries_entry_of\(text\) belongs to mallory, who could change what runs with the rights of postgres/,
    ],
    [
      "the schema",
      "theirs",
      "grant create on database theirs to mallory",
      "create schema openrouter_audit; grant all on schema openrouter_audit to public",
      /the schema openrouter_audit belongs to mallory, who could change what runs with the rights of postgres/,
    ],
  ])("%s", async (_, name, prepared, first, told) => {
    const database = `of_mallory_${name}`;
    const owner = await emptyDatabase(database);
    await owner.query(prepared.replace("database theirs", `database ${database}`));
    await (await connect(database, "mallory")).query(first);
    for (const migration of [() => migrate(owner), () => owner.query(migrationSql())]) {
      await expect(migration()).rejects.toThrow(told);
      await owner.query("rollback");
    }
    const { rows } = await owner.query("select to_regclass('openrouter_audit.entries') as made");
    expect(rows).toEqual([{ made: null }]);
  });

  test("a table that another owns, though a superuser might", async () => {
    const superuser = await emptyDatabase("of_another");
    await superuser.query("grant create on database of_another to mallory");
    const mallory = await connect("of_another", "mallory");
    await migrate(mallory);
    await expect(migrate(superuser)).rejects.toThrow(/belongs to mallory/);
    await migrate(mallory);
  });
});

test.each([
  [{ schema: 'x"; drop table y; --' }, /^Option "schema" of the table is not right/],
  [{ table: "A" }, /^Option "table" of the table is not right/],
  [{ table: "a".repeat(31) }, /^Option "table" of the table is not right: .* at most 30 characters/],
  [{ writer: "" }, /^Option "writer" of migrate is not right/],
  [{ reader: "1" }, /^Option "reader" of migrate is not right/],
])("refuses the name %j", (options, told) => {
  expect(() => migrationSql(options)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(told) }),
  );
});

test.each([
  "postgres://",
  "postgresql://app@h",
  "postgres://app:p%40ss%2F@h:5432/db?sslmode=verify-full&application_name=a",
  "postgres:///db?host=/var/run/postgresql&user=me@x",
  "postgres://%2Fvar%2Frun/db?",
  "postgres://app:pa@ss@h/db",
])("a sink takes the connection string %s", async (connectionString) => {
  await postgresSink({ connectionString }).close?.();
});

test.each(["12/horse", "/horse", "12?horse", "12#horse"])(
  "what follows the password %s is taken for no place",
  (password) => {
    const connectionString = `postgres://app:${password}@x/y`;
    expect(() => postgresSink({ connectionString })).toThrow(
      /"connectionString" of postgresSink (?!.*horse)/,
    );
  },
);

test.each([
  [{}, /needs the option "connectionString" or "pool"/],
  [{ connectionString: "postgres://x/y", pool: { connect: () => {} } }, /one and no more/],
  [
    { connectionString: "mysql://app:horse@x/y" },
    /^Option "connectionString" of postgresSink is not right: (?!.*horse)/,
  ],
  [
    { connectionString: "postgres://app:ho rse@[/y" },
    /^Option "connectionString" of postgresSink is not right: (?!.*rse)/,
  ],
  [{ pool: {} }, /^Option "pool" of postgresSink is not right/],
  [{ connectionString: "postgres://x/y", name: "A b" }, /^Option "name" of postgresSink is not right/],
  [{ connectionString: "postgres://x/y", table: 7 }, /^Option "table" of postgresSink is not right/],
])("a sink refuses the options %j when it is made", (options, told) => {
  expect(() => postgresSink(options as never)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(told) }),
  );
});

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { connectPostgres, migrate } from "@openrouter-audit/sink-postgres";
import { Client } from "pg";
import { describeWithDisk, mountDisk } from "../../../test/support/tmpfs.ts";
import { sampleEvent } from "../../testing/src/sink/sample-drafts.ts";
import { BadDay } from "./support/bad-day.ts";
import { World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

/** What goes wrong, what the operator is told, and what makes it good again: statements of the owner. */
const days: readonly [name: string, told: RegExp, broken: string, mended: string][] = [
  [
    "the password is wrong",
    /^Postgres: the password is wrong \(28P01: .*"app"\)\. Mend the password/,
    "alter role app password 'another'",
    "alter role app password 'correct horse battery staple'",
  ],
  [
    "the role may not log in",
    /^Postgres: the login was refused \(28000: .*\)\. Mend user or password/,
    "alter role app nologin",
    "alter role app login",
  ],
  [
    "the role lacks the grant",
    /^Postgres: the role of this connection may not .*\(42501: permission denied for schema openrouter_audit\)\. As its owner: grant openrouter_audit_writer/,
    "revoke openrouter_audit_writer from app",
    "grant openrouter_audit_writer to app",
  ],
  [
    "there are no connections left",
    /^Postgres: the server has no connection left \(53300: .*\)\. Raise max_connections/,
    "alter role app connection limit 0",
    "alter role app connection limit -1",
  ],
  [
    "the server only reads, as a standby does",
    /^Postgres: the server only reads.*\(25006: .*\)\. Connect to the primary/,
    "alter role app set default_transaction_read_only = on",
    "alter role app reset default_transaction_read_only",
  ],
  [
    "a column was dropped",
    /^Postgres: the table openrouter_audit\.entries is not what it was \(42703: column "feature" .*\)\. Run: openrouter-audit postgres migrate/,
    "alter table openrouter_audit.entries drop column feature",
    "alter table openrouter_audit.entries add column feature text",
  ],
  [
    "a column was renamed",
    /^Postgres: the table openrouter_audit\.entries is not what it was \(42703: column "line" .*\)\. Run: /,
    "alter table openrouter_audit.entries rename line to raw",
    "alter table openrouter_audit.entries rename raw to line",
  ],
  [
    "a column has another type",
    /^Postgres: the table openrouter_audit\.entries is not what it was \(42804: .*\)\. Run: /,
    "alter table openrouter_audit.entries alter status type int using null",
    "alter table openrouter_audit.entries alter status type text",
  ],
  [
    "a column is too narrow: what was written is not shown",
    /^Postgres: a column of openrouter_audit\.entries does not take what belongs there \(22001\)\. Run: /,
    "alter table openrouter_audit.entries alter event_type type varchar(3) using null",
    "alter table openrouter_audit.entries alter event_type type text",
  ],
  [
    "somebody made a rule of their own",
    /^Postgres: a rule of the table .* refuses it \(23514: .*"mine"\)\. Take away the constraint/,
    "alter table openrouter_audit.entries add constraint mine check (status <> 'success') not valid",
    "alter table openrouter_audit.entries drop constraint mine",
  ],
  [
    "the table was moved away",
    /^Postgres: the table openrouter_audit\.entries is not there, or not migrated \(42P01: .*\)\. Run: /,
    "alter table openrouter_audit.entries rename to elsewhere",
    "alter table openrouter_audit.elsewhere rename to entries",
  ],
  [
    "the statement takes longer than the role is allowed",
    /^Postgres: the server stopped the statement \(57014: .*\)\. Raise statement_timeout/,
    "alter role app set statement_timeout = 1; create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(1); return new; end'; create trigger slow before insert on openrouter_audit.entries for each row execute function slow()",
    "alter role app reset statement_timeout; drop function slow cascade",
  ],
];

test.each(days)(
  "when %s it says so, and goes on by itself when that is mended",
  async (_, told, broken, mended) => {
    const day = await BadDay.begin(world);
    await world.sql(broken);
    try {
      expect(await day.refusal()).toMatch(told);
    } finally {
      await world.sql(mended);
    }
    await day.recover();
  },
);

test("when the database is gone, and when it is there without its table, it says so", async () => {
  const url = world.server.url({ user: "app", database: "elsewhere" });
  const day = await BadDay.begin(world, url);
  expect(await day.refusal()).toMatch(
    /^Postgres: there is no such database \(3D000: .*"elsewhere".*\)\. Mend its name/,
  );
  await world.sql("create database elsewhere template template0");
  expect(await day.refusal()).toMatch(
    /^Postgres: the table openrouter_audit\.entries is not there, or not migrated \(3F000: /,
  );
  const owner = new Client({ connectionString: world.server.url({ database: "elsewhere" }) });
  await owner.connect();
  await migrate(owner);
  await day.write();
  const { rows } = await owner.query("select count(*)::int as count from openrouter_audit.entries");
  expect(rows).toEqual([{ count: day.log.lines.size }]);
  await owner.end();
  await day.sink.close?.();
});

test("when nobody listens it says where to look, and not the password", async () => {
  const nowhere = world.writer.replace(String(world.server.port), "1");
  const day = await BadDay.begin(world, nowhere);
  const message = await day.refusal();
  expect(message).toMatch(/^Postgres: nobody listens there \(ECONNREFUSED: .*\)\. See whether it runs/);
  expect(message).not.toContain("horse");
});

test("when a file that the connection string names is not there it says which", async () => {
  const told =
    /Postgres: a socket, or a file .* is not there \(ENOENT: no such file or directory, open '\/nowhere\/ca.pem'\)/;
  const url = `${world.writer}?sslrootcert=/nowhere/ca.pem`;
  expect(await (await BadDay.begin(world, url)).refusal()).toMatch(told);
  await expect(connectPostgres(url)).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(told),
  });
});

test("a connection that the server ended while nobody used it is replaced", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const ended = "select pg_terminate_backend(pid, 5000) as ended from pg_stat_activity where usename = 'app'";
  expect(await world.sql(ended)).toContainEqual({ ended: true });
  await day.write().catch(() => undefined);
  await day.recover();
});

test("a partition that was detached is not made again beside it", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const partition = `openrouter_audit.entries_${day.log.day.replaceAll("-", "")}`;
  await world.sql(`alter table openrouter_audit.entries detach partition ${partition}`);
  expect(await day.refusal()).toMatch(
    /^Postgres: a rule of the table .*\(23514: no partition .*\)\. .*attach the day's partition again/,
  );
  const bounds = `values from ('${day.log.day}') to ('${day.log.day}'::date + 1)`;
  await world.sql(`alter table openrouter_audit.entries attach partition ${partition} for ${bounds}`);
  await day.recover();
});

describeWithDisk("a disk of its own", () => {
  test("when it is full it says so, and goes on by itself when there is room", async () => {
    const day = await BadDay.begin(world);
    await day.write();
    const disk = mountDisk(1 << 20);
    world.server.own(disk);
    const partition = `openrouter_audit.entries_${day.log.day.replaceAll("-", "")}`;
    await world.sql(`create tablespace small location '${disk}'`);
    await world.sql(`alter table ${partition} set tablespace small`);
    day.log.add(sampleEvent({ long: randomBytes(1 << 20).toString("base64") }));
    expect(await day.refusal()).toMatch(
      /^Postgres: the disk of the server is full \(53100: .*No space left on device\)\. Make room there/,
    );
    execFileSync("mount", ["-o", "remount,size=64m", disk]);
    await day.recover();
    await world.sql(`alter table ${partition} set tablespace pg_default`);
    await world.sql("drop tablespace small");
  });
});

import { dropDays, listDays, migrate } from "@openrouter-audit/sink-postgres";
import { BadDay } from "./support/bad-day.ts";
import { World } from "./support/world.ts";

const table = "openrouter_audit.entries";
let world: World;
let day: BadDay;
let partition: string;
beforeAll(async () => {
  world = await World.start();
  day = await BadDay.begin(world);
  await day.write();
  partition = `openrouter_audit.entries_${day.log.day.replaceAll("-", "")}`;
});
afterAll(async () => {
  await day.recover();
  await world.stop();
});

const code = (statement: string, user: string) =>
  world.as(user, (client) =>
    client.query(statement).then(
      () => "done",
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    ),
  );

describe("the writer", () => {
  test.each([
    "select line from TABLE",
    "select count(*) from TABLE",
    "insert into TABLE (line) values ('forged')",
    "insert into TABLE (line) values ('forged') returning *",
    "update TABLE set line = ''",
    "delete from TABLE",
    "truncate TABLE",
    "copy TABLE to stdout",
    "drop table TABLE",
    "alter table TABLE disable trigger all",
    "begin; lock table TABLE in access exclusive mode",
    "begin; lock table TABLE in access share mode",
    "create table openrouter_audit.mine ()",
    "select openrouter_audit.entries_make_day('2020-01-01')",
    "select openrouter_audit.entries_drop_day('2020-01-01')",
    "select openrouter_audit.entries_entry_of('{}')",
    "select openrouter_audit.entries_guard('openrouter_audit.entries')",
    "select * from openrouter_audit.entries_version",
    "set role postgres",
    "set session_replication_role = replica",
  ])("may not %s", async (statement) => {
    for (const name of [table, partition]) {
      expect(await code(statement.replace("TABLE", name), "app")).toMatch(/^42501 /);
    }
  });

  test("cannot make the function run anything of its own", async () => {
    await world.sql("create schema app authorization app");
    await world.as("app", async (client) => {
      const body = "language plpgsql as 'begin raise exception ''hijacked''; end'";
      await client.query(`create function app.unnest(text[]) returns setof text ${body}`);
      await client.query("create temp table entries (line text); create temp table pg_class (oid oid)");
      await client.query("set search_path = app, pg_temp, pg_catalog");
      await client.query(
        "set default_transaction_isolation = 'read committed'; set standard_conforming_strings = on",
      );
      const { rows } = await client.query("select * from openrouter_audit.entries_append($1)", [
        ["no line", ...day.log.lines.values()],
      ]);
      expect(rows).toEqual([
        { place: "1", reason: expect.stringContaining("no log, seq, id or recorded_at") },
      ]);
    });
  });
});

test.each([
  "insert into TABLE (line) values ('')",
  "delete from TABLE",
  "truncate TABLE",
  "update TABLE set line = ''",
])("the reader may not %s", async (statement) => {
  expect(await code(statement.replace("TABLE", table), "auditor")).toMatch(/^42501 /);
  expect(await code("select * from openrouter_audit.entries_append('{}')", "auditor")).toMatch(/^42501 /);
});

describe("the owner, by mistake or on purpose, through the table or the partition", () => {
  test.each([
    "update TABLE set line = 'another'",
    "update TABLE set line = 'another' where false",
    "delete from TABLE",
    "delete from TABLE where false",
    "truncate TABLE",
    "insert into TABLE select * from TABLE limit 1 on conflict (day, log, seq) do update set line = 'another'",
    "merge into TABLE t using (select 1) x on true when matched then delete",
    "with gone as (delete from TABLE returning 1) select * from gone",
    "set session_replication_role = replica; delete from TABLE",
  ])("may not %s", async (statement) => {
    for (const name of [table, partition]) {
      expect(await code(statement.replaceAll("TABLE", name), "postgres")).toMatch(
        /^42501 The audit log is append-only: (update|delete|truncate) of openrouter_audit\.entries(_\d{8})? is refused\.$/,
      );
    }
  });

  test("a trigger that was taken away comes back with the next migration", async () => {
    await world.sql(
      `alter table ${partition} disable trigger append_only; drop trigger append_only on ${table}`,
    );
    await world.asOwner((client) => migrate(client));
    for (const name of [table, partition])
      expect(await code(`delete from ${name}`, "postgres")).toMatch(/^42501 /);
  });
});

describe("retention", () => {
  const line = (day: string, seq: number) =>
    JSON.stringify({ id: `${seq}`, log: "old/x", recorded_at: `${day}T12:00:00.000Z`, seq });
  const append = (...lines: string[]) =>
    world.as("app", (client) => client.query("select * from openrouter_audit.entries_append($1)", [lines]));

  test("drops whole days, oldest first, and tells which", async () => {
    await append(line("2026-01-03", 2), line("2025-12-31", 0), line("2026-01-02", 1));
    const told: string[] = [];
    const dropped = await world.asOwner((client) =>
      dropDays(client, { before: "2026-01-03", onDropped: ({ day }) => told.push(day) }),
    );
    expect(dropped).toEqual([
      { day: "2025-12-31", partition: "openrouter_audit.entries_20251231", bytes: expect.any(Number) },
      { day: "2026-01-02", partition: "openrouter_audit.entries_20260102", bytes: expect.any(Number) },
    ]);
    expect(told).toEqual(["2025-12-31", "2026-01-02"]);
    const left = await world.as("auditor", (client) => listDays(client));
    expect(left.map(({ day }) => day)).toEqual(["2026-01-03", day.log.day]);
  });

  test("is the owner's alone, and never takes a day that is not over", async () => {
    await expect(
      world.as("auditor", (client) => dropDays(client, { before: "2026-01-04" })),
    ).rejects.toMatchObject({
      code: "SINK_UNAVAILABLE",
      message: expect.stringContaining("42501"),
    });
    await expect(world.asOwner((client) => dropDays(client, { before: "2999-01-01" }))).rejects.toMatchObject(
      {
        code: "INVALID_OPTIONS",
      },
    );
    expect(await code(`select openrouter_audit.entries_drop_day('${day.log.day}')`, "postgres")).toMatch(
      /^55006 The day .* is not over/,
    );
    await world.asOwner((client) => dropDays(client, { before: "2026-01-04" }));
  });

  test("says nothing of a day that somebody else has dropped meanwhile", async () => {
    await append(line("2026-01-03", 2));
    await world.asOwner(async (client) => {
      const query = async (text: string, values?: unknown[]) => {
        const answer = await client.query(text, values);
        // Between the list and the drop.
        if (text.includes("pg_inherits"))
          await client.query("select openrouter_audit.entries_drop_day('2026-01-03')");
        return answer;
      };
      expect(await dropDays({ query } as never, { before: "2026-01-04" })).toEqual([]);
    });
  });

  test("waits for nobody who reads for longer than ten seconds", async () => {
    await append(line("2026-01-03", 2));
    await world.sql("alter function openrouter_audit.entries_drop_day(date) set lock_timeout = '20ms'");
    await world.as("auditor", async (auditor) => {
      await auditor.query("begin; select count(*) from openrouter_audit.entries");
      await expect(
        world.asOwner((client) => dropDays(client, { before: "2026-01-04" })),
      ).rejects.toMatchObject({
        code: "SINK_UNAVAILABLE",
        message: expect.stringContaining("55P03"),
      });
    });
    await expect(world.asOwner((client) => dropDays(client, { before: "2026-01-04" }))).resolves.toHaveLength(
      1,
    );
  });
});

import { execFileSync } from "node:child_process";
import { dropDays, listDays, migrate, migrationSql, postgresSink } from "@openrouter-audit/sink-postgres";
import { describeSink } from "@openrouter-audit/testing/sink";
import { BadDay } from "../../packages/sink-postgres/test/support/bad-day.ts";
import { World } from "../../packages/sink-postgres/test/support/world.ts";
import { debianPrograms } from "../support/postgres-server.ts";
import { testWith } from "./tools.ts";

// The oldest PostgreSQL that the sink is for, as Debian ships it. The newest is that of the tests of the sink.

const programs = debianPrograms(15);
const testOnIt = testWith(programs ? null : "postgresql-15");
let world: World;
beforeAll(async () => {
  if (programs) world = await World.start(programs);
});
afterAll(() => world?.stop());

describeSink("postgres 15", {
  open: () => postgresSink({ connectionString: world.writer }),
  readBack: ({ log }) => world.lines(log),
  test: testOnIt,
});

testOnIt("psql runs the migration that is printed, and gives back the lines as they were", async () => {
  const psql = (url: string, ...words: string[]) =>
    execFileSync("psql", [url, "-X", "-q", "-v", "ON_ERROR_STOP=1", ...words], {
      encoding: "utf8",
      input: migrationSql(),
    });
  for (const _ of ["once", "twice"]) psql(world.server.url(), "-f", "-");
  const day = await BadDay.begin(world);
  await day.write();
  const wanted = `select line from openrouter_audit.entries where log = '${day.log.origin}' order by log, seq`;
  const lines = psql(world.server.url({ user: "auditor" }), "-At", "-c", wanted);
  expect(lines).toBe([...day.log.lines.values(), ""].join("\n"));
  await day.recover();
});

testOnIt("it is PostgreSQL 15, and migrated again it is what it was", async () => {
  expect(await world.sql("show server_version_num")).toEqual([
    { server_version_num: expect.stringMatching(/^15/) },
  ]);
  await world.asOwner((client) => migrate(client));
});

testOnIt(
  "what is there is not changed, by the table or by the partition, and days go as a whole",
  async () => {
    const day = await BadDay.begin(world);
    await day.write();
    const old = JSON.stringify({ id: "1", log: "old", recorded_at: "2026-01-02T00:00:00.000Z", seq: 0 });
    await world.as("app", (client) =>
      client.query("select * from openrouter_audit.entries_append($1)", [[old]]),
    );
    for (const { partition } of await world.as("auditor", (client) => listDays(client)))
      for (const name of [partition, "openrouter_audit.entries"])
        for (const statement of [`delete from ${name}`, `truncate ${name}`, `update ${name} set line = ''`])
          await expect(world.sql(statement)).rejects.toThrow("The audit log is append-only");
    await expect(world.asOwner((client) => dropDays(client, { before: "2026-01-03" }))).resolves.toHaveLength(
      1,
    );
    expect(await world.lines("old")).toEqual([]);
    await day.recover();
  },
);

testOnIt("another line at a place that is taken is rejected", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const forged = { ...day.log.entries[0]!, user_id: "mallory" };
  const write = day.sink.write([forged], { signal: new AbortController().signal });
  await expect(write).rejects.toMatchObject({ name: "EntriesRejected", rejected: [{ id: forged.id }] });
  await day.recover();
});

testOnIt("a server that is killed while it waits comes back with everything once", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  await world.asOwner(async (operator) => {
    await operator.query("begin; lock table openrouter_audit.entries");
    const refusal = day.refusal();
    const waiting =
      "select count(*)::int as waiting from pg_stat_activity where usename = 'app' and wait_event_type = 'Lock'";
    while ((await world.sql<{ waiting: number }>(waiting))[0]!.waiting === 0) await new Promise(setImmediate);
    await world.server.kill();
    expect(await refusal).toMatch(/^Postgres: the (connection was lost|server ended the connection) /);
  });
  await world.server.restart();
  await day.recover();
});

import { strict as assert } from "node:assert";
import { postgresSink, readPostgres } from "@openrouter-audit/sink-postgres";
import { sampleEvents } from "../../testing/src/sink/sample-drafts.ts";
import { BadDay } from "./support/bad-day.ts";
import { World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const schema = "openrouter_audit";

/** Waits until so many connections of the application are at something. */
async function untilActive(wanted: number, condition = "true"): Promise<void> {
  const statement = `select count(*)::int as active from pg_stat_activity where usename = 'app' and state = 'active' and ${condition}`;
  while ((await world.sql<{ active: number }>(statement))[0]!.active !== wanted)
    await new Promise(setImmediate);
}
const waitsForALock = "wait_event_type = 'Lock'";

test("who is stopped while somebody holds a lock rejects at once, and leaves nobody waiting on the server", async () => {
  const day = await BadDay.begin(world);
  await world.asOwner(async (operator) => {
    await operator.query(`begin; alter table ${schema}.entries add column mine text`);
    const stop = new AbortController();
    const refusal = day.refusal(stop.signal);
    await untilActive(1, waitsForALock);
    stop.abort(new Error("a write took longer than 30 s"));
    expect(await refusal).toBe("a write took longer than 30 s");
    await untilActive(0);
    await operator.query("rollback");
  });
  await day.recover();
});

test("who waits too long for a lock says whose table it is, before the write is stopped", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const limit = (value: string) =>
    world.sql(`alter function ${schema}.entries_append(text[]) set lock_timeout = '${value}'`);
  await limit("20ms");
  await world.asOwner(async (operator) => {
    await operator.query(`begin; lock table ${schema}.entries`);
    expect(await day.refusal()).toMatch(
      /^Postgres: somebody holds a lock on openrouter_audit\.entries for longer than ten seconds \(55P03: .*\)\. Find who in pg_locks/,
    );
  });
  await limit("10s");
  await day.recover();
});

test("a report that reads for hours does not hold up the first write of a day", async () => {
  const day = await BadDay.begin(world);
  await world.sql(`drop table if exists ${schema}.entries_${day.log.day.replaceAll("-", "")}`);
  await world.as("auditor", async (auditor) => {
    await auditor.query(`begin; select count(*) from ${schema}.entries`);
    await day.write();
  });
  await day.recover();
});

test("a connection whose server does not answer is given up, and another one used", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const [backend] = await world.sql<{ pid: number }>(
    "select pid from pg_stat_activity where usename = 'app' and state = 'idle' order by backend_start desc",
  );
  process.kill(backend!.pid, "SIGSTOP");
  try {
    const stop = new AbortController();
    const refusal = day.refusal(stop.signal);
    setImmediate(() => stop.abort(new Error("the time is up")));
    expect(await refusal).toBe("the time is up");
    await day.write();
  } finally {
    process.kill(backend!.pid, "SIGCONT");
  }
  await day.recover();
});

test("a connection that never comes is not waited for", async () => {
  let lend = (_client: unknown) => {};
  const connections = { connect: () => new Promise((resolve) => (lend = resolve)) };
  const sink = postgresSink({ pool: connections as never });
  const day = await BadDay.begin(world);
  const stop = new AbortController();
  const write = sink.write(day.log.entries, { signal: stop.signal });
  stop.abort(new Error("the time is up"));
  await expect(write).rejects.toThrow("the time is up");
  const returned = new Promise((resolve) => lend({ release: (broken?: boolean) => resolve(broken) }));
  expect(await returned).toBeUndefined();
  await day.recover();
});

test("a connection that comes in the moment in which it is given up goes back once", async () => {
  let lend = (_client: unknown) => {};
  const connections = { connect: () => new Promise((resolve) => (lend = resolve)) };
  const sink = postgresSink({ pool: connections as never });
  const day = await BadDay.begin(world);
  const stop = new AbortController();
  const write = sink.write(day.log.entries, { signal: stop.signal });
  const released: unknown[] = [];
  const client = { on() {}, query: () => new Promise(() => {}), release: () => released.push(1) };
  lend(client);
  stop.abort(new Error("the time is up"));
  await expect(write).rejects.toThrow("the time is up");
  await new Promise(setImmediate);
  expect(released).toEqual([1]);
});

test("who reads from a server that does not answer is let go when it is stopped", async () => {
  const day = await BadDay.begin(world);
  await day.write();
  const source = readPostgres({ connectionString: world.server.url({ user: "auditor" }) });
  const stop = new AbortController();
  const read = source.read({ signal: stop.signal })[Symbol.asyncIterator]();
  expect((await read.next()).done).toBe(false);
  const pids = await world.sql<{ pid: number }>("select pid from pg_stat_activity where usename = 'auditor'");
  for (const { pid } of pids) process.kill(pid, "SIGSTOP");
  try {
    const rest = (async () => {
      while (!(await read.next()).done);
      for await (const _ of source.read({ signal: stop.signal }));
    })();
    rest.catch(() => undefined);
    setImmediate(() => stop.abort(new Error("the time is up")));
    await expect(rest).rejects.toThrow("the time is up");
  } finally {
    for (const { pid } of pids) process.kill(pid, "SIGCONT");
  }
  await source.close!();
  await day.recover();
});

describe("two deliver the same lines at once", () => {
  /** Writes while another has the same lines in a transaction that is not over yet; how it ends when that commits. */
  async function writeBeside(day: BadDay): Promise<string> {
    const lines = [...day.log.lines.values()];
    return world.as("app", async (other) => {
      await other.query("begin");
      await other.query(`select * from ${schema}.entries_append($1)`, [lines]);
      const refusal = day.refusal();
      await untilActive(1, waitsForALock);
      await other.query("commit");
      return refusal;
    });
  }

  test("the one waits for the other, and each line is there once", async () => {
    const day = await BadDay.begin(world);
    expect(await writeBeside(day)).toBe("it was kept");
    await day.recover();
  });

  test("where the role is given a stricter isolation, it comes again", async () => {
    await world.sql("alter role app set default_transaction_isolation = 'repeatable read'");
    const day = await BadDay.begin(world);
    expect(await writeBeside(day)).toMatch(
      /^Postgres: another transaction was in the way \(40001: .*\)\. Delivery goes on by itself\.$/,
    );
    await day.recover();
    await world.sql("alter role app reset default_transaction_isolation");
  });
});

describe("what is acknowledged is durable", () => {
  const synchronousStandby = async (name: string) => {
    await world.sql(`alter system set synchronous_standby_names = '${name}'`);
    await world.sql("select pg_reload_conf()");
    const shown = async () =>
      (await world.sql<{ now: string }>("select current_setting('synchronous_standby_names') as now"))[0]!
        .now;
    while ((await shown()) !== name) await new Promise(setImmediate);
  };

  test("where the standby is away nothing is, however often it comes, and nobody is left waiting", async () => {
    const day = await BadDay.begin(world);
    await day.write();
    await synchronousStandby("nobody");
    day.log.add(...sampleEvents(3));
    const written = day.log.entries;
    for (const _ of ["the lines are new", "the lines are there already, on this server alone"]) {
      const stop = new AbortController();
      const write = day.sink.write(written, { signal: stop.signal });
      const acknowledged = write.then(() => assert.fail("it was acknowledged"));
      acknowledged.catch(() => undefined);
      await Promise.race([untilActive(1, "wait_event = 'SyncRep'"), acknowledged]);
      stop.abort(new Error("the time is up"));
      await expect(write).rejects.toThrow("the time is up");
      await untilActive(0);
    }
    await synchronousStandby("");
    await day.recover();
  });

  test("where the default is not to wait for the disk, the sink waits all the same", async () => {
    const shown = await world.as("app", async (app) => {
      await app.query("begin; set local synchronous_commit = off");
      await app.query(`select * from ${schema}.entries_append('{}')`);
      return (await app.query("show synchronous_commit")).rows;
    });
    expect(shown).toEqual([{ synchronous_commit: "on" }]);
  });
});

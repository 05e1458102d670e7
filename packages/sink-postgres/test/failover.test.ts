import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AuditLog, publicKeyOf, verifyJournal } from "@openrouter-audit/core";
import { postgresSink } from "@openrouter-audit/sink-postgres";
import { buildPackage } from "../../../test/support/build-package.ts";
import { World } from "./support/world.ts";

const secret = "a secret that only this test knows, long enough";
let world: World;
let home: string;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "openrouter-audit-failover-"));
});
afterEach(async () => {
  rmSync(home, { recursive: true });
  for (const { partition } of await days()) await world.sql(`drop table ${partition}`);
});

const days = () =>
  world.sql<{ partition: string }>(
    "select inhrelid::regclass::text as partition from pg_inherits where inhparent = 'openrouter_audit.entries'::regclass",
  );

/** The lines of a journal, by log and in their order, as the table gives them back. */
function linesOf(...directories: string[]): string[] {
  const lines = directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.endsWith(".jsonl"))
      .flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n")),
  );
  const place = (line: string) => JSON.parse(line) as { log: string; seq: number };
  return lines.sort((a, b) =>
    place(a).log < place(b).log ? -1 : place(a).log > place(b).log ? 1 : place(a).seq - place(b).seq,
  );
}

/** Asserts that the table has what the journals have, once and to the byte, and that it verifies by itself. */
async function expectAll(...directories: string[]): Promise<void> {
  const lines = await world.lines();
  expect(lines).toEqual(linesOf(...directories));
  const copy = join(home, "copy");
  execFileSync("mkdir", [copy]);
  for (const line of lines) {
    const day = (JSON.parse(line) as { recorded_at: string }).recorded_at.slice(0, 10);
    writeFileSync(join(copy, `audit_${day}.jsonl`), `${line}\n`, { flag: "a" });
  }
  const { result, entries, problems } = await verifyJournal(copy, { key: publicKeyOf(secret) });
  expect(problems).toEqual([]);
  expect({ result, entries }).toEqual({ result: "intact", entries: lines.length });
}

/** An application whose entries are delivered, and what it was told of. */
function application() {
  const problems: string[] = [];
  const directory = join(home, "journal");
  const audit = new AuditLog({
    directory,
    secret,
    service: "failover",
    sinks: [postgresSink({ connectionString: world.writer })],
    onProblem: ({ code, message }) => problems.push(`${code} ${message}`),
  });
  const record = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        audit.record({ event_type: "test.event", metadata: { index } }),
      ),
    );
  return { audit, directory, problems, record };
}

async function untilWaiting(event: string): Promise<void> {
  const statement = `select count(*)::int as waiting from pg_stat_activity where usename = 'app' and wait_event = '${event}'`;
  while ((await world.sql<{ waiting: number }>(statement))[0]!.waiting === 0) await new Promise(setImmediate);
}

test("a server that is killed within a batch loses nothing and gets nothing twice", async () => {
  const { audit, directory, problems, record } = application();
  await record(5);
  await audit.flush();
  // The server stops in the middle of a batch, as long as it has not been started again.
  await world.sql(`
    create function pause() returns trigger language plpgsql as $$
    begin
      if pg_postmaster_start_time() = '${(await world.sql("select pg_postmaster_start_time()::text as now"))[0]!.now}' then perform pg_sleep(600); end if;
      return new;
    end $$;
    create trigger pause before insert on openrouter_audit.entries for each row when (new.seq = 20) execute function pause()`);
  await record(30);
  await untilWaiting("PgSleep");
  await world.server.kill();
  await record(30);
  await expect(audit.flush({ timeoutMs: 300 })).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  expect(audit.health().status).not.toBe("ok");
  await world.server.restart();
  await audit.flush();
  await record(5);
  await audit.close();
  await world.sql("drop function pause cascade");
  expect(problems).toEqual([
    expect.stringMatching(
      /^SINK_FAILING .*Postgres: the connection was lost \(.*\)\. Delivery goes on by itself/,
    ),
    expect.stringMatching(/^SINK_RECOVERED /),
  ]);
  await expectAll(directory);
});

test("what was committed when the server was killed, and never acknowledged, comes again and is there once", async () => {
  const { audit, directory, record } = application();
  await record(5);
  await audit.flush();
  await world.sql("alter system set synchronous_standby_names = 'nobody'");
  await world.sql("select pg_reload_conf()");
  await record(20);
  await untilWaiting("SyncRep");
  await world.server.kill();
  await world.server.restart("-c", "synchronous_standby_names=");
  await world.sql("alter system reset synchronous_standby_names");
  await audit.flush();
  await audit.close();
  await expectAll(directory);
});

test("two hosts write to one table, make the same day at once, and outlive the server", async () => {
  buildPackage("sink-postgres");
  const script = fileURLToPath(new URL("support/host.mjs", import.meta.url));
  const directories = ["a", "b"].map((name) => join(home, name));
  const hosts = directories.map((directory) => {
    const env = { PATH: process.env.PATH, OPENROUTER_AUDIT_SECRET: secret };
    return spawn(process.execPath, [script, directory, world.writer, "50"], { env });
  });
  const ended = hosts.map((host) => new Promise((resolve) => host.once("close", resolve)));
  await Promise.all(hosts.map((host) => said(host, "recorded")));
  await world.server.kill();
  const again = hosts.map((host) => said(host, "recorded"));
  for (const host of hosts) host.stdin.end("go on\n");
  await Promise.all(again);
  await world.server.restart();
  expect(await Promise.all(ended)).toEqual([0, 0]);
  await expectAll(...directories);
});

test("eight that make one day at the same moment all succeed", async () => {
  const lines = Array.from({ length: 8 }, (_, seq) => {
    return JSON.stringify({ id: `${seq}`, log: "crowd", recorded_at: "2027-01-01T00:00:00.000Z", seq });
  });
  await Promise.all(
    lines.map((line) =>
      world.as("app", (client) =>
        client.query("select * from openrouter_audit.entries_append($1)", [[line]]),
      ),
    ),
  );
  expect(await world.lines("crowd")).toEqual(lines);
  expect(await days()).toEqual([{ partition: "openrouter_audit.entries_20270101" }]);
});

/** Waits until a process says something. @throws Error with what it said instead, when it ends before */
function said({ stdout, stderr }: ChildProcessWithoutNullStreams, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const listen = (piece: Buffer) => {
      heard += piece;
      if (heard.includes(word)) resolve();
    };
    stdout.on("data", listen);
    stderr.on("data", listen);
    stdout.once("close", () => reject(new Error(`A host ended, and never said ${word}: ${heard}`)));
  });
}

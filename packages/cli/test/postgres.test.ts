import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { AuditLog, publicKeyOf } from "@openrouter-audit/core";
import { approveDeletion } from "@openrouter-audit/retention";
import { postgresSink } from "@openrouter-audit/sink-postgres";
import { secret as otherSecret } from "../../core/test/support/journals.ts";
import { tamper } from "../../sink-postgres/test/support/filled-table.ts";
import { logAt } from "../../sink-postgres/test/support/sealed-days.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { loadPostgres } from "../src/store/load-postgres.ts";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);
let world: World;
let directory: string;
let url: string;

beforeAll(async () => {
  world = await World.start();
  url = world.server.url({ user: "auditor" });
  // Three calls, and the same lines in the table.
  directory = await sampleJournal(
    async (call) => {
      await call("u-1", "openai/gpt-4o-mini");
      await call("u-2", "anthropic/claude-sonnet-4");
      await call("u-1", "openai/gpt-4o", { status: 500 });
    },
    mkdtempSync(join(tmpdir(), "openrouter-audit-cli-")),
  );
  await append(journalFile(directory).lines);
}, 60_000);
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await world.stop();
});

const append = (lines: readonly string[]) =>
  world.sql("select openrouter_audit.entries_append($1::text[])", [lines]);

async function dropAll(): Promise<void> {
  const days = await world.sql<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'openrouter_audit.entries'::regclass",
  );
  for (const { name } of days) await world.sql(`drop table ${name}`);
}

const everything = ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`;

test.each([
  ["query", "--user", "u-1"],
  ["query", "--model", "openai/*", "--wide"],
  ["query", "--json", "--system"],
  ["query", "--csv", "--status", "error"],
  ["query", "--orphans", "--json"],
  ["query", "--limit", "2", "--json"],
])("%s %s %s says of the table what it says of the files", async (...words) => {
  const [command, ...flags] = words as [string, ...string[]];
  const ofFiles = await runCli([command, directory, ...flags]);
  expect(await runCli([command, url, ...flags])).toEqual(ofFiles);
  expect(ofFiles.code).toBe(0);
});

test("sql says of the table what it says of the files, and stops at what the role may not", async () => {
  const text = "select user_id, status, count(*) as n from entries group by 1, 2 order by 1, 2";
  for (const flags of [[], ["--json"], ["--csv"], ["--limit", "1"]])
    expect(await runCli(["sql", text, url, ...flags])).toEqual(
      await runCli(["sql", text, directory, ...flags]),
    );
  const other = await runCli(["sql", "select * from pg_catalog.pg_authid", url]);
  expect([other.code, other.stdout]).toEqual([3, ""]);
  const nowhere = await runCli(["sql", text, url, "--schema", "nowhere"]);
  expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringMatching(/not there, or not migrated/)]);
});

test("a table shows the newest, and whether there is more, without counting all", async () => {
  const { code, stdout, stderr } = await runCli(["query", url, "--limit", "2"]);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(3);
  expect(stderr).toMatch(
    /^These are the newest 2; there are more\. The next ones, with the same conditions: --cursor [\w-]+\n$/,
  );
  expect((await runCli(["query", url, "--limit", "3"])).stderr).toBe("");
});

test("verify says intact, and whom it trusted; the password is nowhere", async () => {
  const shown = await runCli(["verify", url, "--key", key]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain(
    `INTACT  postgres://auditor@127.0.0.1:${world.server.port}/postgres, table openrouter_audit.entries: 5 entries in 1 log`,
  );
  const found = JSON.parse((await runCli(["verify", url, "--key", key, "--json"])).stdout);
  const ofFiles = JSON.parse((await runCli(["verify", directory, "--key", key, "--json"])).stdout);
  expect(found).toMatchObject({ result: "intact", entries: ofFiles.entries, found: ofFiles.found });
  expect(everything(shown)).not.toMatch(/battery|horse/);
});

test("a finding in a table is told as one of days, rows and columns, not of files", async () => {
  await tamper(world, "update openrouter_audit.entries set model = 'another' where seq = 1");
  try {
    const { code, stdout } = await runCli(["verify", url, "--key", key]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^day +lines/m);
    expect(stdout).toContain("The columns were changed");
    expect(stdout).not.toMatch(/\bfile\b/i);
  } finally {
    await dropAll();
    await append(journalFile(directory).lines);
  }
});

test("verify and prove ask for the key, and a store is given alone", async () => {
  for (const words of [
    ["verify", url],
    ["prove", "some-id", url],
    ["prove-consistency", "a/b/c", "1", "2", url],
  ]) {
    const { code, stderr } = await runCli(words);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining("Give the public key you were handed: --key"),
    ]);
  }
  const both = await runCli(["verify", url, directory, "--key", key]);
  expect([both.code, both.stderr]).toEqual([
    3,
    "openrouter-audit: Name one store, or files: each claims to be whole.\n",
  ]);
  const schemaOfFiles = await runCli(["verify", directory, "--schema", "x"]);
  expect(schemaOfFiles.code).toBe(3);
});

test("a proof from the table is checked by the public key alone", async () => {
  const [, { id, log }] = journalFile(directory).lines.map((line) => JSON.parse(line));
  const out = newDirectory();
  const proven = await runCli(["prove", id, url, "--key", key, "--out", out]);
  expect([proven.code, proven.stderr]).toEqual([0, ""]);
  expect(readdirSync(out)).toHaveLength(3);
  const checked = await runCli(["verify-proof", join(out, id), "--key", key]);
  expect([checked.code, checked.stderr]).toEqual([0, ""]);
  const grown = await runCli([
    "prove-consistency",
    log,
    "1",
    "3",
    url,
    "--key",
    key,
    "--out",
    newDirectory(),
  ]);
  expect([grown.code, grown.stderr]).toEqual([0, ""]);
});

test.each<[what: string, where: () => string, said: RegExp, flags: string[]]>([
  [
    "a wrong password",
    () => world.server.url({ user: "auditor", password: "hunter2" }),
    /password is wrong/,
    [],
  ],
  ["a role without a grant", () => world.server.url({ user: "app" }), /grant openrouter_audit_reader/, []],
  ["another schema", () => url, /not there, or not migrated/, ["--schema", "nowhere"]],
  ["a URL that is none", () => "postgres://me:hunter2@ho st/db", /connectionString/, []],
  ["another kind of store", () => "mysql://me:hunter2@host/db", /Entries cannot be read from mysql/, []],
])("%s: what it is and what to do, and never the password", async (_, where, said, flags) => {
  for (const words of [["query"], ["verify", "--key", key]]) {
    const ran = await runCli([words[0]!, where(), ...words.slice(1), ...flags]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(said);
    expect(everything(ran)).not.toMatch(/hunter2|battery|at .*\.ts/);
  }
});

test("the password is taken from PGPASSWORD, or from the file that PGPASSFILE names", async () => {
  const { port, password } = world.server;
  const bare = `postgres://auditor@127.0.0.1:${port}/postgres`;
  const file = join(newDirectory(), "pgpass");
  writeFileSync(file, `127.0.0.1:${port}:*:auditor:${password}\n`, { mode: 0o600 });
  const before = { ...process.env };
  try {
    for (const [name, value] of [
      ["PGPASSWORD", password],
      ["PGPASSFILE", file],
    ] as const) {
      process.env = { ...before, [name]: value };
      expect(await runCli(["verify", bare, "--key", key])).toMatchObject({ code: 0, stderr: "" });
    }
  } finally {
    process.env = before;
  }
});

test("without a URL that is not answered it is said that none was given", async () => {
  const before = { ...process.env };
  process.env = { ...before, PGHOST: "127.0.0.1", PGPORT: "1", PGUSER: "x", PGDATABASE: "x" };
  try {
    const { code, stderr } = await runCli(["postgres", "migrate"]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/No URL was given, so PGHOST, .* counted\. Cannot connect to postgres:/),
    ]);
  } finally {
    process.env = before;
  }
  expect((await runCli(["postgres", "migrate", ""])).stderr).toContain("is the variable set?");
});

test.each(["tail", "keys", "delivery"])("%s takes no table, and says who does", async (command) => {
  const ran = await runCli([command, "postgres://me:hunter2@host/db"]);
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("A table in Postgres is taken")]);
  expect(ran.stderr).not.toContain("hunter2");
});

test("migrate makes the table, again changes nothing, and prints its SQL without a connection", async () => {
  const owner = world.server.url();
  for (const _ of [1, 2]) {
    const made = await runCli(["postgres", "migrate", owner, "--schema", "another", "--json"]);
    expect([made.code, JSON.parse(made.stdout)]).toEqual([
      0,
      { place: expect.stringMatching(/^postgres:\/\/postgres@/), table: "another.entries", version: 1 },
    ]);
  }
  const { stdout, code } = await runCli(["postgres", "migrate", "--print", "--schema", "third"]);
  expect(code).toBe(0);
  await world.sql(stdout);
  const empty = await runCli(["query", owner, "--schema", "third"]);
  expect([empty.code, empty.stderr]).toEqual([0, expect.stringContaining("No entries match")]);
  const refused = await runCli(["postgres", "migrate", url, "--schema", "fourth"]);
  expect(refused.code).toBe(3);
  expect(everything(refused)).not.toMatch(/battery/);
});

test("days are shown, and go only when it is said", async () => {
  const owner = world.server.url();
  const old = journalFile(directory).lines.map((line) =>
    line
      .replaceAll(/"recorded_at":"[^"]*"/g, '"recorded_at":"2026-01-05T10:00:00.000Z"')
      .replaceAll(/"seq":(\d+)/g, '"seq":10$1'),
  );
  await append(old);
  const days = JSON.parse((await runCli(["postgres", "partitions", owner, "--json"])).stdout).days;
  expect(days[0]).toMatchObject({ day: "2026-01-05", partition: "openrouter_audit.entries_20260105" });
  expect((await runCli(["postgres", "partitions", url])).stdout).toContain("entries_20260105");
  const before = ["postgres", "drop", owner, "--before", "2026-02-01"];
  const unsure = await runCli(before);
  expect([unsure.code, unsure.stderr]).toEqual([
    1,
    expect.stringContaining("Nothing was dropped: say --yes"),
  ]);
  const dry = await runCli([...before, "--dry-run"]);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining("would go")]);
  expect(dry.stderr).toMatch(/^After that verify says TAMPERED .*keep the report/s);
  const byWriter = await runCli(["postgres", "drop", url, "--before", "2026-02-01", "--yes"]);
  expect([byWriter.code, byWriter.stderr]).toEqual([
    3,
    expect.stringMatching(/Connect as the owner of the table\.\n$/),
  ]);
  const gone = await runCli([...before, "--yes", "--json"]);
  expect([gone.code, JSON.parse(gone.stdout)]).toMatchObject([
    0,
    { dropped: true, days: [{ day: "2026-01-05" }] },
  ]);
  await append(old);
  const told = await runCli([...before, "--yes"]);
  expect([told.code, told.stderr]).toEqual([0, expect.stringContaining("From now on verify says TAMPERED")]);
  expect((await runCli([...before, "--yes"])).stderr).toContain("no days before");
  expect((await runCli(["postgres", "drop", owner, "--before", "2999", "--yes"])).code).toBe(3);
});

test("what has to be installed is said", async () => {
  for (const name of ["@openrouter-audit/sink-postgres", "pg"]) {
    const missing = Object.assign(new Error(`Cannot find package '${name}' imported from x`), {
      code: "ERR_MODULE_NOT_FOUND",
    });
    await expect(loadPostgres(() => Promise.reject(missing))).rejects.toThrow(
      new RegExp(`package ${name} is missing[^]*npm install @openrouter-audit/sink-postgres pg`),
    );
  }
  await expect(loadPostgres(() => Promise.reject(new TypeError("a mistake")))).rejects.toThrow("a mistake");
});

test("a row that was changed is told with its day, log and seq", async () => {
  await world.sql("alter table openrouter_audit.entries disable trigger append_only");
  const day = new Date().toISOString().slice(0, 10);
  const partition = `openrouter_audit.entries_${day.replaceAll("-", "")}`;
  await world.sql(`alter table ${partition} disable trigger append_only`);
  await world.sql(
    "update openrouter_audit.entries set line = replace(line, 'u-2', 'u-1'), user_id = 'u-1' where user_id = 'u-2'",
  );
  const { code, stdout } = await runCli(["verify", url, "--key", key]);
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`${day}, seq 2, log openrouter-audit/`));
  expect(stdout).toMatch(/TAMPERED/);
});

test("what a log delivers while it is written is read back, and verifies", async () => {
  await dropAll();
  const audit = new AuditLog({
    directory: newDirectory(),
    secret,
    sinks: [postgresSink({ connectionString: world.writer })],
  });
  for (const text of ["one", "two"]) await audit.record({ event_type: "test.event", metadata: { text } });
  await audit.close();
  const { code, stdout } = await runCli(["verify", url, "--key", key, "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { result: "intact", entries: 4 }]);
});

test("with an anchor log, days go by policy or date behind tombstones, a hold keeps them, and verify says intact", async () => {
  await dropAll();
  const noon = (day: string) => [`${day}T12:00:00.000Z`, 2] as const;
  await append([...logAt([noon("2025-06-01"), noon("2025-06-02"), noon("2025-06-03")]).values()].flat());
  const anchors = join(newDirectory(), "anchor");
  const env = { OPENROUTER_AUDIT_SECRET: otherSecret, OPENROUTER_AUDIT_ANCHOR_DIR: anchors };
  const run = (...words: string[]) => runCli(words, { env });
  const owner = world.server.url();
  const verified = async () => {
    const words = ["verify", url, "--key", publicKeyOf(otherSecret), "--anchors", anchors, "--json"];
    return JSON.parse((await run(...words)).stdout).result;
  };
  for (const slip of [["--journal", join(anchors, "slip")], ["--anchors", join(anchors, "slip")], []]) {
    const { code, stderr } = await run("postgres", "retain", owner, ...slip, "--yes");
    expect([code, stderr]).toEqual([3, expect.stringMatching(/There is no (journal|anchor log) in/)]);
  }
  const unnamed = await runCli(["postgres", "drop", owner, "--before", "60d", "--yes", "--second-approver"]);
  expect([unnamed.code, unnamed.stderr]).toEqual([3, expect.stringContaining("none is named")]);
  expect(existsSync(anchors)).toBe(false);
  const dry = await run("postgres", "retain", owner, "--new-log", "--delete-after", "90d", "--dry-run");
  expect([dry.code, dry.stdout.match(/would go/g)]).toEqual([0, ["would go", "would go", "would go"]]);
  const unsaid = await run("postgres", "retain", owner, "--new-log", "--delete-after", "90d");
  expect([unsaid.code, unsaid.stderr]).toEqual([
    1,
    expect.stringContaining("Nothing was dropped: say --yes"),
  ]);
  const never = await run("postgres", "retain", owner, "--new-log", "--delete-after", "never", "--json");
  expect([never.code, JSON.parse(never.stdout)]).toMatchObject([
    0,
    { result: "intact", plan: null, days: [] },
  ]);
  const young = await run("postgres", "drop", owner, "--new-log", "--before", "2025-01-01");
  expect([young.code, young.stderr]).toEqual([0, "No day is old enough.\n"]);
  const slip = await run("hold", "add", "--anchors", anchors, "--everything", "--reason", "Case 17");
  expect([slip.code, slip.stderr]).toEqual([3, expect.stringContaining("There is no journal in")]);
  await run(
    "hold",
    "add",
    "--new-log",
    "--anchors",
    anchors,
    "--since",
    "2025-06-02",
    "--until",
    "2025-06-02",
    "--reason",
    "Case 17",
    "--json",
  );
  const held = await run("postgres", "retain", owner, "--yes", "--json");
  expect([held.code, JSON.parse(held.stdout)]).toMatchObject([
    0,
    { dropped: ["2025-06-01"], days: [{}, {}, {}] },
  ]);
  expect(await verified()).toBe("intact");
  const { holds } = JSON.parse((await run("hold", "list", "--anchors", anchors, "--json")).stdout);
  await run("hold", "release", holds[0].hold, "--anchors", anchors, "--reason", "Settled");
  const unsure = await run("postgres", "drop", owner, "--before", "2025-06-03");
  expect([unsure.code, unsure.stdout]).toEqual([1, expect.stringContaining("2025-06-02  2 lines  would go")]);
  const approval = await run(
    "postgres",
    "drop",
    owner,
    "--before",
    "2025-06-03",
    "--yes",
    "--second-approver",
  );
  expect([approval.code, approval.stderr]).toEqual([1, expect.stringContaining("nobody has approved it")]);
  const plan = /openrouter-audit postgres approve --plan ([0-9a-f]{64})/.exec(approval.stderr)![1]!;
  expect(unsure.stdout).toContain(plan);
  const approve = (...words: string[]) =>
    run("postgres", "approve", world.server.url({ user: "auditor" }), "--before", "2025-06-03", ...words);
  const other = await approve("--plan", "0".repeat(64));
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining(`another one now: ${plan}`)]);
  expect((await approve("--preset", "soc2")).code).toBe(3);
  const approved = await approve("--plan", plan);
  expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining(`APPROVED  ${plan}`)]);
  const { files } = JSON.parse((await approve("--plan", plan, "--json")).stdout);
  const twice = [owner, "--before", "2025-06-03", "--yes", "--second-approver"];
  const alone = await run("postgres", "drop", ...twice);
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining("is the only one who approved it")]);
  const root = rootKeyFor(anchors, { env });
  await approveDeletion(anchors, { files, anchors, person: { id: "alice" }, root });
  const dropped = await run("postgres", "drop", ...twice);
  expect([dropped.code, dropped.stderr]).toEqual([0, expect.stringContaining("says INTACT of what is left")]);
  expect(await verified()).toBe("intact");
  expect(everything(dropped)).not.toContain("battery");
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, publicKeyOf } from "@openrouter-audit/core";
import { postgresSink } from "@openrouter-audit/sink-postgres";
import { empty, tamper } from "../../sink-postgres/test/support/filled-table.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { runCli } from "./run-cli.ts";
import { secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);
let world: World;
let directory: string;
let anchors: string;
/** Noted where nobody who writes the journal or the table can reach it. */
let knownHeads: string;

/** What a process records, delivered to the table too. */
async function recorded(...texts: readonly string[]): Promise<void> {
  const sinks = [postgresSink({ connectionString: world.writer })];
  const audit = new AuditLog({ directory, secret, sinks, onProblem: () => undefined });
  for (const text of texts) await audit.record({ event_type: "test.event", metadata: { text } });
  await audit.close();
}

const anchored = () =>
  runCli(["anchor", directory, "--heads-to", knownHeads], { env: { OPENROUTER_AUDIT_SECRET: secret } });

beforeAll(async () => {
  world = await World.start();
  const place = mkdtempSync(join(tmpdir(), "openrouter-audit-cli-"));
  directory = join(place, "journal");
  anchors = join(directory, "anchor");
  knownHeads = join(place, "known-heads");
}, 60_000);
beforeEach(async () => {
  await empty(world);
  rmSync(directory, { recursive: true, force: true });
  rmSync(knownHeads, { force: true });
  await recorded("one", "two");
  expect((await anchored()).code).toBe(0);
  await recorded("three");
  expect((await anchored()).code).toBe(0);
});
afterAll(async () => {
  rmSync(join(directory, ".."), { recursive: true });
  await world.stop();
});

async function verified(...words: readonly string[]) {
  const url = world.server.url({ user: "auditor" });
  const { code, stdout, stderr } = await runCli(["verify", url, "--key", key, ...words, "--json"]);
  if (code === 3) return { code, stderr };
  const { result, problems, anchor } = JSON.parse(stdout);
  const verdicts = problems.map(({ verdict }: { verdict: string }) => verdict);
  return { code, result, verdicts, directory: anchor?.directory };
}

/** In SQL. */
const newest = "(select log from openrouter_audit.entries order by recorded_at desc limit 1)";

const intact = { code: 0, result: "intact", verdicts: [] };
const tampered = (...verdicts: readonly string[]) => ({ code: 1, result: "tampered", verdicts });

test("a table that has what was anchored is intact, with heads that were noted elsewhere too", async () => {
  expect(await verified("--anchors", anchors)).toMatchObject({ ...intact, directory: anchors });
  expect(await verified("--anchors", anchors, "--known-heads", knownHeads)).toMatchObject(intact);
  const url = world.server.url({ user: "auditor" });
  const { stdout } = await runCli(["verify", url, "--key", key, "--anchors", anchors]);
  expect(stdout).toMatch(/^INTACT {2}postgres:[\s\S]*\nanchor log +\S+: 3 entries/);
});

test("of a table whose newest log was cut, or removed, the anchor log alone knows", async () => {
  await tamper(world, `delete from openrouter_audit.entries where log = ${newest} and seq > 0`);
  // By itself it is one that is still written.
  expect(await verified()).toMatchObject(intact);
  expect(await verified("--anchors", anchors)).toMatchObject(tampered("TRUNCATED"));
  await tamper(world, `delete from openrouter_audit.entries where log = ${newest}`);
  expect(await verified()).toMatchObject(intact);
  expect(await verified("--anchors", anchors)).toMatchObject(tampered("MISSING_STREAM"));
});

test("a table that was emptied is missed by its anchor log", async () => {
  await empty(world);
  expect(await verified("--anchors", anchors)).toMatchObject(tampered("MISSING_STREAM", "MISSING_STREAM"));
});

test("who cuts the table and the anchor log is found by a head of the anchor log that is elsewhere", async () => {
  const copy = join(directory, "..", "copy");
  cpSync(join(anchors, "anchor.jsonl"), join(copy, "anchor.jsonl"));
  const lines = readFileSync(join(copy, "anchor.jsonl"), "utf8").trimEnd().split("\n");
  writeFileSync(join(copy, "anchor.jsonl"), `${lines.slice(0, -1).join("\n")}\n`);
  await tamper(world, `delete from openrouter_audit.entries where log = ${newest}`);
  expect(await verified("--anchors", copy)).toMatchObject(intact);
  expect(await verified("--anchors", copy, "--known-heads", knownHeads)).toMatchObject(tampered("TRUNCATED"));
});

test("with a head of the anchor log that is elsewhere, the anchor log must be there, and the right one", async () => {
  expect(await verified("--known-heads", knownHeads)).toMatchObject(tampered("MISSING_STREAM"));
  const slip = join(directory, "slip");
  expect(await verified("--anchors", slip, "--known-heads", knownHeads)).toEqual({
    code: 3,
    stderr: expect.stringContaining(`There is no anchor log in ${slip}`),
  });
});

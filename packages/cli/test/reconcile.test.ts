import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reconciliation } from "@openrouter-audit/reconcile";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { callOf, dayMs, keepTwoAccounts } from "../../reconcile/test/two-accounts.ts";
import { runCli, startCli } from "./run-cli.ts";
import { newDirectory, secret } from "./sample-journal.ts";

const managementKey = "sk-or-v1-management-of-these-tests";
const calls = 40;
const first = Math.floor(Date.now() / dayMs) * dayMs - 3 * dayMs;
let fake: FakeOpenRouter;
let env: Record<string, string>;

beforeEach(async () => {
  fake = await startFakeOpenRouter({ managementKeys: [managementKey] });
  env = {
    OPENROUTER_MANAGEMENT_KEY: managementKey,
    OPENROUTER_BASE_URL: fake.url,
    OPENROUTER_AUDIT_SECRET: secret,
    XDG_STATE_HOME: newDirectory(),
  };
});
afterEach(() => fake.close());

function journalWith(kinds: Partial<Record<"deleted" | "unaudited" | "altered" | "aborted", number[]>>) {
  const directory = join(newDirectory(), "journal");
  const set = (kind: keyof typeof kinds) => new Set(kinds[kind]);
  const differences = {
    deleted: set("deleted"),
    unaudited: set("unaudited"),
    altered: set("altered"),
    aborted: set("aborted"),
  };
  keepTwoAccounts(directory, fake, { calls, days: 3, differences, first });
  return directory;
}

test("says what bypassed the log and which cost was altered, writes corrections, and is recorded", async () => {
  const journal = journalWith({ unaudited: [5], altered: [20], aborted: [30] });
  const args = ["reconcile", journal, "--since", "3d"];
  const told = await runCli([...args, "--no-color"], { env, columns: 160 });
  expect(told.code).toBe(1);
  expect(told.stdout).toContain("2 FINDINGS");
  expect(told.stdout).toMatch(/missing in the log +\d{4}-\d\d-\d\d +\S+ +\S+ +1 /);
  expect(told.stdout).toContain(callOf(20, calls, 3, first).id);
  expect(told.stdout).toContain("not written: say --write");

  const written: Reconciliation = JSON.parse((await runCli([...args, "--write", "--json"], { env })).stdout);
  expect(written.corrections).toMatchObject({ due: 2, written: 2 });
  const again = await runCli([...args, "--write", "--json"], { env });
  expect([again.code, (JSON.parse(again.stdout) as Reconciliation).corrections.due]).toEqual([1, 0]);
  const lines = readdirSync(journal)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(journal, name), "utf8"))
    .join("");
  expect(lines.match(/"event_type":"audit.corrected"/g)).toHaveLength(2);
  expect(lines.match(/"event_type":"audit.reconciled"/g)).toHaveLength(6);
  const { id, cost, prompt, completion } = callOf(30, calls, 3, first);
  const shown = await runCli(["show", id, journal, "--no-verify", "--no-color"], { env, columns: 160 });
  expect(shown.stdout).toMatch(/cost +— \(not told\)/);
  const tokens = `${prompt.toLocaleString("en")} → ${completion}`;
  expect(shown.stdout).toMatch(
    new RegExp(
      `learnt later +\\$${cost}, ${tokens} tokens, from OpenRouter, recorded \\d{4}-.*\n +correction +\\S+-`,
    ),
  );
  const wide = await runCli(["query", journal, "--type", "audit.corrected", "--wide"], { env });
  const account = String.raw`=\{"cancelled":\S+,"cost_usd":\S+\}`;
  for (const name of ["found", "recorded"])
    expect(wide.stdout.match(new RegExp(name + account, "g"))).toHaveLength(2);
  // Nothing of a key is kept, and nothing is left of a run that is over.
  expect(lines).not.toContain(managementKey);
  expect(readdirSync(join(env.XDG_STATE_HOME!, "openrouter-audit"))).toEqual([]);
});

test("exits with 0 when both agree, and names ids that the log lacks", async () => {
  const journal = journalWith({});
  expect(await runCli(["reconcile", journal, "--since", "3d"], { env })).toMatchObject({
    code: 0,
    stderr: "",
  });
  const bypassed = callOf(8, calls, 3, first);
  fake.keepGeneration({ id: "gen-past-the-log", created_at: new Date(bypassed.at).toISOString() });
  const ids = join(newDirectory(), "ids.txt");
  writeFileSync(ids, `gen-past-the-log\n${bypassed.id}\n`);
  const named = await runCli(["reconcile", journal, "--since", "3d", "--ids", ids, "--json"], { env });
  expect(named.code).toBe(1);
  const { findings } = JSON.parse(named.stdout) as Reconciliation;
  expect(findings.map(({ kind, id }) => [kind, id])).toEqual([["missing_in_log", "gen-past-the-log"]]);
});

test.each<[string, string[], Record<string, string>, string]>([
  ["a management key", [], { OPENROUTER_MANAGEMENT_KEY: "" }, "OPENROUTER_MANAGEMENT_KEY"],
  ["one that OpenRouter takes for that", [], { OPENROUTER_MANAGEMENT_KEY: "sk-or-v1-ordinary" }, "403"],
  ["somewhere to record it", [], { OPENROUTER_AUDIT_SECRET: "" }, "--unrecorded"],
  ["a day that is over", ["--since", "today"], {}, "no completed UTC day"],
  ["a key", ["--no-activity"], { OPENROUTER_MANAGEMENT_KEY: "" }, "Set OPENROUTER_API_KEY;"],
  ["a hash that is one", ["--key-hash", "abc"], {}, "--key-hash must be the hash of a key: 64 hex digits"],
])("needs %s", async (_what, more, variables, message) => {
  const journal = journalWith({});
  const args = ["reconcile", journal, ...(more.includes("--since") ? [] : ["--since", "3d"]), ...more];
  const { code, stderr } = await runCli(args, { env: { ...env, ...variables } });
  expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  expect(stderr).not.toContain("sk-or-v1");
});

test("a service without a home reconciles, and is told that it cannot go on later", async () => {
  const journal = journalWith({});
  const homeless = { ...env, XDG_STATE_HOME: "/dev/null/state" };
  const { code, stderr } = await runCli(["reconcile", journal, "--since", "3d"], { env: homeless });
  expect([code, stderr]).toEqual([0, expect.stringContaining("This run cannot be resumed")]);
  const again = await runCli(["reconcile", journal, "--since", "3d", "--resume"], { env: homeless });
  expect([again.code, again.stderr]).toEqual([3, expect.stringContaining("--state FILE names one")]);
});

test("a line that is no id is named before anything is asked", async () => {
  const journal = journalWith({});
  const ids = join(newDirectory(), "ids.txt");
  writeFileSync(ids, "gen-1\n\nnot an id\n");
  const asked = await runCli(["reconcile", journal, "--since", "3d", "--ids", ids], { env });
  expect([asked.code, asked.stderr]).toEqual([3, expect.stringContaining(`Line 3 of ${ids} is no id`)]);
  expect(fake.requests).toEqual([]);
});

test("Ctrl-C keeps what was answered, says how to go on, and the next run asks only for the rest", async () => {
  const journal = journalWith({ aborted: [3, 11, 22, 30] });
  const args = ["reconcile", journal, "--since", "3d", "--every"];
  const started = startCli(args, { env });
  // Three days, and some ids.
  await fake.received(12);
  started.interrupt();
  expect(await started.code).toBe(3);
  started.stdout.resume();
  let told = "";
  for await (const piece of started.stderr) told += piece;
  expect(told).toContain("--resume");
  const before = fake.requests.length;
  const again = await runCli([...args, "--resume", "--json"], { env });
  const { result, asked, corrections } = JSON.parse(again.stdout) as Reconciliation;
  expect([again.code, result, asked.ids, corrections.due]).toEqual([0, "agreed", calls, 4]);
  expect(before + asked.requests).toBeLessThan(3 + calls + 8);
});

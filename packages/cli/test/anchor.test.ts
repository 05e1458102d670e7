import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret };
const journal = () => sampleJournal(async (call) => call("u-1", "openai/gpt-5-mini"));

test("anchors the journal and shows the checkpoint, the key, and that it should go elsewhere", async () => {
  const directory = await journal();
  const { code, stdout, stderr } = await runCli(["anchor", directory], { env });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^ANCHORED {2}\S+: 1 new head of 1 log\.\n/);
  const [origin, size, root] = readFileSync(join(directory, "anchor/checkpoint"), "utf8").split("\n");
  expect(stdout).toContain(`${origin}\n${" ".repeat(14)}${size}\n${" ".repeat(14)}${root}\n`);
  expect(stdout).toMatch(/anchor key {4}openrouter-audit\/anchor\+[0-9a-f]{8}\+\S{44}\n/);
  expect(stdout).toContain("kept on this host alone");
  const again = await runCli(["anchor", directory], { env });
  expect([again.code, again.stdout.split("\n")[0]]).toEqual([
    0,
    `ANCHORED  ${directory}: nothing new in 1 log.`,
  ]);
});

test("the anchor log is where it is said, or the environment says", async () => {
  const directory = await journal();
  const [said, inEnvironment] = [join(newDirectory(), "a"), join(newDirectory(), "b")];
  await runCli(["anchor", directory, "--anchors", said], { env });
  const more = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: inEnvironment, OPENROUTER_AUDIT_DIR: directory };
  await runCli(["anchor"], { env: more });
  expect([said, inEnvironment, join(directory, "anchor")].map((path) => existsSync(path))).toEqual([
    true,
    true,
    false,
  ]);
});

test("the secret beside a journal is enough", async () => {
  const directory = await journal();
  writeFileSync(join(directory, "secret"), `${secret}\n`);
  expect((await runCli(["anchor", directory])).code).toBe(0);
});

test("--json gives the whole run on one line", async () => {
  const directory = await journal();
  const { stdout } = await runCli(["anchor", directory, "--json"], { env });
  const run = JSON.parse(stdout);
  expect(stdout.trimEnd()).not.toContain("\n");
  expect(run).toMatchObject({
    anchors: join(directory, "anchor"),
    written: 2,
    contradicted: [],
    sinks: [],
    journal: { paths: [directory], result: "intact" },
  });
  expect(run.anchored).toHaveLength(1);
  expect(run.checkpoint).toBe(readFileSync(join(directory, "anchor/checkpoint"), "utf8"));
});

test("--heads-to and --copy-to leave what others keep", async () => {
  const directory = await journal();
  const elsewhere = newDirectory();
  const words = ["--heads-to", join(elsewhere, "heads"), "--copy-to", join(elsewhere, "checkpoint")];
  const { code, stdout } = await runCli(["anchor", directory, ...words], { env });
  expect(code).toBe(0);
  expect(stdout.match(/^kept .*$/gm)).toHaveLength(2);
  expect(JSON.parse(readFileSync(join(elsewhere, "heads"), "utf8"))).toMatchObject({
    log: "openrouter-audit/anchor",
    size: 2,
  });
});

test("the head of the anchor log in a file of known heads accuses no journal", async () => {
  const directory = await journal();
  const heads = join(newDirectory(), "heads");
  await runCli(["anchor", directory, "--heads-to", heads], { env });
  const { code, stdout } = await runCli(["verify", directory, "--known-heads", heads]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("no anchor log was looked at")]);
  rmSync(join(directory, "anchor"), { recursive: true });
  const without = await runCli(["verify", directory, "--known-heads", heads]);
  expect([without.code, without.stdout]).toEqual([0, expect.stringContaining("no anchor log was looked at")]);
});

test("a journal that is not what was anchored gives 1, and says which log and why", async () => {
  const directory = await journal();
  await runCli(["anchor", directory], { env });
  journalFile(directory).rewrite((lines) => lines.slice(0, -1));
  const { code, stdout } = await runCli(["anchor", directory], { env });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^CONTRADICTED {2}\S+: 1 contradiction to what was anchored or sealed\./);
  expect(stdout).toMatch(/TRUNCATED {2}.*\n {4}log openrouter-audit\/\S+; the head that was anchored stays/);
});

test("a place that keeps another anchor log gives 1, one that cannot keep it 2", async () => {
  const directory = await journal();
  const copy = join(newDirectory(), "checkpoint");
  await runCli(["anchor", directory, "--copy-to", copy], { env });
  rmSync(join(directory, "anchor"), { recursive: true });
  const rewritten = await runCli(["anchor", directory, "--copy-to", copy], { env });
  expect(rewritten.code).toBe(1);
  expect(rewritten.stdout).toMatch(/contradicts {3}copy \S+: \S+ knows another anchor log/);
  const failed = await runCli(["anchor", directory, "--tsa", "http://127.0.0.1:9/"], { env });
  expect(failed.code).toBe(2);
  expect(failed.stdout).toMatch(/^ANCHORED {2}.*but 1 place could not keep it\./);
  expect(failed.stdout).toMatch(/not kept {6}time-stamp http:\/\/127\.0\.0\.1:9\/: .* could not be asked/);
});

test("an anchor log that is damaged gives 1, names the line, and stays as it is", async () => {
  const directory = await journal();
  await runCli(["anchor", directory], { env });
  const path = join(directory, "anchor/anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace("system", "sysTem"));
  const damaged = readFileSync(path, "utf8");
  const { code, stderr } = await runCli(["anchor", directory], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/does not verify: \w+, \S+anchor\.jsonl:1: /);
  expect(readFileSync(path, "utf8")).toBe(damaged);
});

test("a journal of which every file is gone gives 1 when it was anchored, and its checkpoint is a known head", async () => {
  const directory = await journal();
  const copy = join(newDirectory(), "checkpoint");
  await runCli(["anchor", directory, "--copy-to", copy], { env });
  const known = await runCli(["verify", directory, "--known-heads", copy]);
  expect([known.code, known.stdout]).toEqual([0, expect.not.stringContaining("whether an old copy")]);
  rmSync(journalFile(directory).path);
  const { code, stdout } = await runCli(["anchor", directory], { env });
  expect([code, stdout]).toEqual([1, expect.stringContaining("MISSING_STREAM")]);
  const path = join(directory, "anchor/anchor.jsonl");
  writeFileSync(path, `${readFileSync(path, "utf8").split("\n")[0]}\n`);
  for (const name of ["checkpoint"]) rmSync(join(directory, "anchor", name));
  const old = await runCli(["verify", directory, "--known-heads", copy]);
  expect([old.code, old.stdout]).toEqual([1, expect.stringMatching(/TRUNCATED .*a known head proves more/)]);
});

test.each([
  [["--witness", "http://w"], "needs a --witness-key"],
  [["--tsa-ca", "x.pem"], "--tsa-ca needs --tsa"],
  [["--tsa", "w"], "w is no address"],
  [["--tsa", "http://w", "--tsa-ca", "/not/there"], "Cannot read /not/there"],
  [["--witness", "http://w", "--witness-key", "x"], "not the public key of a witness"],
])("%j is not understood, nothing was anchored, and the answer helps", async (words, help) => {
  const directory = await journal();
  const { code, stderr } = await runCli(["anchor", directory, ...words], { env });
  expect([code, stderr]).toEqual([3, expect.stringContaining(help)]);
  expect(existsSync(join(directory, "anchor"))).toBe(false);
});

test("without a secret, with another one, or with another name, nothing is anchored", async () => {
  const directory = await journal();
  const none = await runCli(["anchor", directory]);
  expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("set OPENROUTER_AUDIT_SECRET")]);
  const other = await runCli(["anchor", directory], {
    env: { OPENROUTER_AUDIT_SECRET: "another secret, of more than 32 bytes in all" },
  });
  expect([other.code, other.stderr]).toEqual([3, expect.stringContaining("belongs to the key")]);
  const name = await runCli(["anchor", directory, "--name", "other"], { env });
  expect([name.code, name.stderr]).toEqual([3, expect.stringContaining("another name")]);
  expect(none.stderr + other.stderr + name.stderr).not.toContain(secret);
});

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

const elsewhere = /kept elsewhere, say where: --anchors DIR, .* OPENROUTER_AUDIT_ANCHOR_DIR\./;

test.each(["--copy-to", "--heads-to"])(
  "who kept what %s wrote misses an anchor log that went with the end of the journal",
  async (option) => {
    const directory = await journal();
    const kept = join(newDirectory(), "kept");
    await runCli(["anchor", directory, option, kept], { env });
    const verify = () => runCli(["verify", directory, "--known-heads", kept]);
    expect((await verify()).code).toBe(0);
    rmSync(join(directory, "anchor"), { recursive: true });
    journalFile(directory).rewrite((lines) => lines.slice(0, -2));
    const { code, stdout } = await verify();
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^TAMPERED /)]);
    expect(stdout).toMatch(/MISSING_STREAM {2}the anchor log openrouter-audit\/anchor is not here: a known/);
    expect(stdout).toMatch(elsewhere);
    expect(stdout).not.toContain("no head from elsewhere was given");
    rmSync(journalFile(directory).path);
    expect(await verify()).toMatchObject({ code: 1, stdout: expect.stringMatching(elsewhere) });
  },
);

test("an anchor log that is kept elsewhere is missed until somebody says where, of files too", async () => {
  const directory = await journal();
  const [anchors, heads] = [join(newDirectory(), "anchors"), join(newDirectory(), "heads")];
  await runCli(["anchor", directory, "--anchors", anchors, "--heads-to", heads], { env });
  const known = ["--known-heads", heads];
  for (const path of [directory, journalFile(directory).path]) {
    const without = await runCli(["verify", path, ...known]);
    expect([without.code, without.stdout]).toEqual([1, expect.stringMatching(elsewhere)]);
    expect((await runCli(["verify", path, ...known, "--anchors", anchors])).code).toBe(0);
  }
  const named = { OPENROUTER_AUDIT_ANCHOR_DIR: anchors, OPENROUTER_AUDIT_DIR: directory };
  expect((await runCli(["verify", ...known], { env: named })).code).toBe(0);
  rmSync(join(anchors, "anchor.jsonl"));
  rmSync(join(anchors, "checkpoint"));
  expect((await runCli(["verify", ...known], { env: named })).code).toBe(1);
});

test("a log that is gone with the anchor log is told of as ever, and so is the anchor log", async () => {
  const directory = await journal();
  const heads = join(newDirectory(), "heads");
  const words = ["verify", directory, "--known-heads", heads];
  await runCli(["anchor", directory, "--heads-to", heads], { env });
  await runCli([...words, "--update"]);
  for (const path of [join(directory, "anchor"), journalFile(directory).path])
    rmSync(path, { recursive: true });
  const { code, stdout } = await runCli(words);
  expect([code, stdout.match(/^ {2}MISSING_STREAM /gm)?.length]).toEqual([1, 2]);
  expect(stdout).toMatch(/A whole log was removed that somebody had seen\..* The anchor log was removed/);
});

test("known heads that --update renews keep the head of the anchor log, which is missed from then on", async () => {
  const directory = await journal();
  const heads = join(newDirectory(), "heads");
  const words = ["verify", directory, "--known-heads", heads];
  await runCli(["anchor", directory, "--heads-to", heads], { env });
  expect((await runCli([...words, "--update"])).stderr).toContain("2 heads in");
  expect((await runCli(words)).code).toBe(0);
  rmSync(join(directory, "anchor"), { recursive: true });
  const before = readFileSync(heads, "utf8");
  const { code, stdout, stderr } = await runCli([...words, "--update"]);
  expect([code, stdout, stderr]).toEqual([
    1,
    expect.stringMatching(elsewhere),
    expect.stringContaining("No heads were noted"),
  ]);
  expect(readFileSync(heads, "utf8")).toBe(before);
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

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, publicKeyOf } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);
const env = { OPENROUTER_AUDIT_SECRET: secret };
const today = ["--since", "today", "--until", "today"];
const journalOfTwo = () =>
  sampleJournal(async (call) => {
    await call("ada", "openai/gpt-4o-mini");
    await call("grace", "openai/gpt-4o-mini");
  });
const acts = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(({ event_type }) => event_type === "audit.exported");

test("a period is exported, signed, recorded in the journal before and after, and verified", async () => {
  const [journal, place] = [await journalOfTwo(), newDirectory()];
  const out = join(place, "november.zip");
  const made = await runCli(["export", journal, ...today, "--out", out], { env });
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toContain(`signed by     ${key}`);
  expect(readdirSync(place)).toEqual(["november.zip"]);
  expect(acts(journal).map(({ detail, status }) => [detail?.state, detail?.outcome ?? null, status])).toEqual(
    [
      ["begun", null, "success"],
      ["ended", "complete", "success"],
    ],
  );
  expect(acts(journal)[0]!.detail!.parameters).toMatchObject({ format: "bagit", out });

  const verified = await runCli(["verify", out, "--key", key]);
  expect(verified).toMatchObject({ code: 0, stderr: "" });
  expect(verified.stdout).toMatch(/^INTACT {2}/);
  expect(verified.stdout).toContain("signed by this key");
  const alone = await runCli(["verify", out]);
  expect(alone.stdout).toContain("The public key is the package's own");
  const json = JSON.parse((await runCli(["verify", out, "--key", key, "--json"])).stdout);
  expect(json).toMatchObject({ result: "intact", attestation: "verified", key_source: "given" });
  expect((await runCli(["verify", out, "--key", publicKeyOf(`${secret} of others`)])).code).toBe(1);
  expect(await runCli(["verify", out, "--quick"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("--quick is for journals"),
  });
});

test("a log that is not what was sealed is exported with exit code 1, and the folder says so too", async () => {
  const journal = await journalOfTwo();
  const file = journalFile(journal);
  writeFileSync(file.path, readFileSync(file.path, "utf8").replace('"ada"', '"bob"'));
  const out = join(newDirectory(), "bag");
  const asked = ["export", journal, ...today, "--out", out, "--unrecorded", "--json"];
  const { code, stdout, stderr } = await runCli(asked);
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      out,
      form: expect.any(String),
      days: { first: expect.any(String), last: expect.any(String) },
      entries: expect.any(Number),
      unproven: null,
      files: expect.any(Number),
      bytes: expect.any(Number),
      tag_manifest_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      result: "tampered",
      journal: expect.objectContaining({ result: "tampered", problem_count: 1 }),
      remarks: [expect.stringContaining("was not over")],
      signed_by: null,
      verification: {
        result: "tampered",
        entries: expect.any(Number),
        problems: expect.any(Array),
        not_checked: expect.any(Array),
      },
    },
  ]);
  expect(stderr).toContain("nobody signs");
  expect((await runCli(["verify", out, "--key", key])).code).toBe(1);
});

test("what cannot be recorded is not exported, unless an auditor says that it need not be", async () => {
  const [journal, reads, place] = [await journalOfTwo(), join(newDirectory(), "reads"), newDirectory()];
  const asked = ["export", journal, ...today, "--subject", "ada", "--out", join(place, "ada")];
  expect(await runCli(asked)).toMatchObject({ code: 3, stderr: expect.stringContaining("--unrecorded") });
  expect(existsSync(join(journal, "secret"))).toBe(false);
  expect(readdirSync(place)).toEqual([]);
  const elsewhere = { OPENROUTER_AUDIT_READS_DIR: reads, ...env };
  expect(await runCli(asked, { env: elsewhere })).toMatchObject({ code: 0 });
  expect(acts(journal)).toEqual([]);
  expect(acts(reads)[1]!.detail).toMatchObject({
    doing: "subject_access",
    rows: 1,
    parameters: { subject: "ada" },
  });
  const again = await runCli(asked, { env: elsewhere });
  expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining("a folder that is not empty") });
  expect(acts(reads)[3]).toMatchObject({ status: "error", error_type: "PACKAGE_UNWRITABLE" });
  expect(readdirSync(place)).toEqual(["ada"]);
});

test.each([
  [["--since", "2026-13-45", "--until", "today", "--out", "x"], "Say 24h"],
  [["--since", "../", "--until", "today", "--out", "x"], "Say 24h"],
  [["--since", "2026-11-24", "--until", "2026-11-23", "--out", "x"], "--since is not before --until"],
  [[...today, "--out", "x", "--user", "a", "--subject", "b"], "cannot be used"],
  [[...today, "--out", "x", "--format", "json", "--unrecorded"], "must end in .json"],
  [
    [...today, "--out", "x", "--controls", "package.json", "--unrecorded"],
    "package.json is no control matrix",
  ],
])("%j is refused, and nothing is written", async (flags, message) => {
  const journal = await journalOfTwo();
  const { code, stderr } = await runCli(["export", journal, ...flags]);
  expect(code).toBe(3);
  expect(stderr).toContain(message);
  expect(existsSync("x")).toBe(false);
});

test("a package that the key at hand cannot sign is not made unless somebody says so, and is incomplete", async () => {
  const [journal, place] = [await journalOfTwo(), newDirectory()];
  const of = (out: string) => [
    "export",
    journal,
    ...today,
    "--unrecorded",
    "--json",
    "--out",
    join(place, out),
  ];
  const other = { env: { OPENROUTER_AUDIT_SECRET: `${secret} of others` } };
  const { code, stdout, stderr } = await runCli(of("a"), other);
  expect([code, JSON.parse(stdout)]).toEqual([
    3,
    { error: { code: "UNUSABLE", message: expect.stringContaining("OPENROUTER_AUDIT_READS_SECRET") } },
  ]);
  expect(stderr).toContain("is not that of the journal");
  expect((await runCli([...of("b"), "--unsigned"], other)).code).toBe(0);
  expect((await runCli(of("c"))).code).toBe(2);
  const verify = ["verify", join(place, "c"), "--key", key];
  expect(await runCli(verify)).toMatchObject({ code: 2, stdout: expect.stringContaining("NO_ATTESTATION") });
  expect((await runCli([...verify, "--unsigned"])).code).toBe(0);
});

test("the journal of readings has a secret of its own, and the package is signed with the application's", async () => {
  const [journal, reads, place] = [await journalOfTwo(), join(newDirectory(), "reads"), newDirectory()];
  const both = {
    ...env,
    OPENROUTER_AUDIT_READS_DIR: reads,
    OPENROUTER_AUDIT_READS_SECRET: `${secret} of readings`,
  };
  const out = join(place, "bag.zip");
  expect((await runCli(["export", journal, ...today, "--out", out], { env: both })).code).toBe(0);
  expect((await runCli(["verify", out, "--key", key])).code).toBe(0);
  expect((await runCli(["verify", reads, "--key", publicKeyOf(`${secret} of readings`)])).code).toBe(0);
});

test("the one JSON file has nothing to verify, and verify says so", async () => {
  const [journal, out] = [await journalOfTwo(), join(newDirectory(), "all.json")];
  await runCli(["export", journal, ...today, "--format", "json", "--out", out, "--unrecorded"]);
  expect(await runCli(["verify", out, "--key", key])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("--format json"),
  });
});

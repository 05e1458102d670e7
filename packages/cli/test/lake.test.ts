import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);

async function journalAndLake() {
  const journal = await sampleJournal(async (call) => {
    await call("ada", "openai/gpt-4o-mini");
    await call("grace", "openai/gpt-4o-mini");
  });
  return { journal, lake: join(newDirectory(), "lake"), file: journalFile(journal) };
}

test("a journal becomes a lake, which verifies with the key and says what was done", async () => {
  const { journal, lake, file } = await journalAndLake();
  const made = await runCli(["lake", journal, "--out", lake]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const parquet = `day=${file.name.slice(6, 16)}/${file.name.replace(".jsonl", ".parquet")}`;
  expect(made.stdout).toContain("1 file written, 0 unchanged");
  expect(made.stdout).toContain(`written  ${parquet}`);
  expect(made.stdout).toMatch(new RegExp(`^entries +${file.lines.length}$`, "m"));

  const again = JSON.parse((await runCli(["lake", journal, "--out", lake, "--json"])).stdout);
  expect(again).toMatchObject({
    written: [],
    unchanged: [parquet],
    entries: file.lines.length,
    unreadable_lines: 0,
  });

  const verified = await runCli(["verify", lake, "--key", key]);
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^INTACT {2}.*lake: 4 entries in 1 log/),
  });
  expect(await runCli(["verify", lake])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("Give the public key"),
  });
  expect(await runCli(["verify", lake, journal, "--key", key])).toMatchObject({ code: 3 });
});

test("a lake of a journal that somebody changed says so", async () => {
  const { journal, lake, file } = await journalAndLake();
  writeFileSync(file.path, readFileSync(file.path, "utf8").replace('"ada"', '"bob"'));
  await runCli(["lake", journal, "--out", lake]);
  const { code, stdout } = await runCli(["verify", lake, "--key", key]);
  expect([code, stdout.split(" ")[0]]).toEqual([1, "TAMPERED"]);
});

test("what the journal no longer has is told, and goes when it is asked for", async () => {
  const { journal, lake, file } = await journalAndLake();
  const old = join(journal, "audit_2026-01-02.jsonl");
  writeFileSync(old, "a line\n");
  await runCli(["lake", journal, "--out", lake]);
  rmSync(old);
  const told = await runCli(["lake", journal, "--out", lake]);
  expect(told.stdout).toContain(`only in the lake  1 file (2026-01-02): ${journal} has them no longer.`);
  expect(told.stdout).toContain("\n  day=2026-01-02/audit_2026-01-02.parquet\nIf retention took them there");
  const { stdout } = await runCli(["lake", journal, "--out", lake, "--prune"]);
  expect(stdout).toContain("removed  day=2026-01-02/audit_2026-01-02.parquet");
  expect(JSON.parse((await runCli(["lake", journal, "--out", lake, "--json"])).stdout)).toMatchObject({
    files: 1,
    entries: file.lines.length,
    only_in_lake: [],
  });
});

test("the lake of another journal is refused, and stays as it is", async () => {
  const [{ journal, lake }, other] = [await journalAndLake(), await journalAndLake()];
  await runCli(["lake", journal, "--out", lake]);
  const refused = await runCli(["lake", other.journal, "--out", lake, "--prune"]);
  expect(refused).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining(`${lake} is the lake of another journal than ${other.journal}: `),
  });
  expect(JSON.parse((await runCli(["lake", journal, "--out", lake, "--json"])).stdout)).toMatchObject({
    written: [],
    only_in_lake: [],
    entries: 4,
  });
});

test("an archive that does not unpack is told, with exit code 1; the rest is written", async () => {
  const { journal, lake } = await journalAndLake();
  writeFileSync(join(journal, "audit_2026-01-02.jsonl.gz"), "no gzip");
  const { code, stdout, stderr } = await runCli(["lake", journal, "--out", lake]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("audit_2026-01-02.jsonl is not in")]);
  expect(stdout).toContain("1 file written, 0 unchanged, 1 not readable");
});

test("what cannot be is said, with what to do", async () => {
  const { journal, lake } = await journalAndLake();
  for (const [argv, words] of [
    [["lake", journal], "--out"],
    [["lake", journal, "--out", journal], "is no lake: it holds something else"],
    [["lake", newDirectory(), "--out", lake], "There is no journal"],
    [["lake", journal, "--out", lake, "--since", "today", "--until", "yesterday"], "Nothing can match"],
  ] as const) {
    const { code, stderr } = await runCli(argv);
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)]);
  }
  await runCli(["lake", journal, "--out", lake]);
  expect(await runCli(["lake", lake, "--out", newDirectory()])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("is a lake already"),
  });
});

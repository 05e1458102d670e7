import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type JournalVerification, publicKeyOf } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const threeCalls = async (call: Call) => {
  await call("ada", "openai/gpt-4o-mini");
  await call("grace", "openai/gpt-4o-mini");
  await call("ada", "openai/gpt-4o-mini");
};

test("a journal nobody touched is intact, and the answer says what was looked at and what was not", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stdout } = await runCli(["verify", directory]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^INTACT /);
  expect(stdout).toContain(journalFile(directory).name);
  expect(stdout).toContain(publicKeyOf(secret));
  expect(stdout).toMatch(/range found {3}\d{4}-\d{2}-\d{2} .* UTC/);
  expect(stdout).toContain("not checked   whether the public key is the right one");
});

test("a changed line makes the journal tampered, and the line is named", async () => {
  const directory = await sampleJournal(threeCalls);
  const file = journalFile(directory);
  const changed = file.lineWith('"user_id":"grace"');
  file.rewrite((lines) => lines.map((line) => line.replace('"user_id":"grace"', '"user_id":"eve"')));

  const { code, stdout } = await runCli(["verify", directory]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^TAMPERED /);
  expect(stdout).toContain("ROOT_MISMATCH");
  expect(stdout).toContain(`${file.name}:${changed}, seq ${changed - 1}`);
  expect(stdout).toContain("is not what was sealed");
});

test("a removed line is a gap in the sequence", async () => {
  const directory = await sampleJournal(threeCalls);
  journalFile(directory).rewrite((lines) => lines.filter((_line, index) => index !== 2));
  const { code, stdout } = await runCli(["verify", directory]);
  expect(code).toBe(1);
  expect(stdout).toContain("SEQ_GAP");
});

test("a foreign line makes the journal incomplete: it is counted for its file, and shown harmlessly", async () => {
  const directory = await sampleJournal(threeCalls);
  const file = journalFile(directory);
  appendFileSync(file.path, "\x1b[2Jnot an entry\n");
  const { code, stdout } = await runCli(["verify", directory]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^INCOMPLETE /);
  expect(stdout).toContain(`FOREIGN_LINE  not an audit entry\n    ${file.name}:${file.lines.length + 1}`);
  expect(stdout).toMatch(new RegExp(`${file.name} +${file.lines.length + 1} +1\\n`));
  expect(stdout).not.toContain("\x1b");
});

test("the public key the auditor was given decides, as text or from a file", async () => {
  const directory = await sampleJournal(threeCalls);
  const keyFile = join(newDirectory(), "key.txt");
  writeFileSync(keyFile, `${publicKeyOf(secret)}\n`);
  const right = await runCli(["verify", directory, "--key", `@${keyFile}`]);
  expect(right.code).toBe(0);
  expect(right.stdout).toContain("as you gave it");
  expect(right.stdout).not.toContain("whether the public key is the right one");

  const other = publicKeyOf("another secret which is also long enough");
  const wrong = await runCli(["verify", directory, "--key", other]);
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toContain("UNDELEGATED_STREAM");
});

test("with --json everything that was found comes as one object", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stdout } = await runCli(["verify", directory, "--json"]);
  const found = JSON.parse(stdout) as JournalVerification;
  expect(code).toBe(0);
  expect(found).toMatchObject({ result: "intact", keySource: "journal", problems: [] });
  expect(found.logs).toHaveLength(1);
});

test("a journal full of rubbish is told in a few lines", async () => {
  const directory = await sampleJournal(threeCalls);
  appendFileSync(journalFile(directory).path, "rubbish\n".repeat(5000));
  const { stdout } = await runCli(["verify", directory]);
  expect(stdout).toContain("… and 60 more problems");
  expect(stdout.split("\n").length).toBeLessThan(200);
});

test.each([
  ["no such directory", () => join(newDirectory(), "nowhere"), "there is no such directory"],
  ["an empty directory", newDirectory, "it has no file audit_YYYY-MM-DD.jsonl"],
  [
    "a journal whose files were removed",
    () => {
      const directory = newDirectory();
      writeFileSync(join(directory, "public-key"), publicKeyOf(secret));
      return directory;
    },
    "they were removed",
  ],
])("%s cannot be verified, and the message says why", async (_name, directory, why) => {
  const { code, stdout, stderr } = await runCli(["verify", directory()]);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain(why);
});

test("what is no public key is refused", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stderr } = await runCli(["verify", directory, "--key", "hello"]);
  expect(code).toBe(3);
  expect(stderr).toContain("is not a public key");
});

test("the journal of OPENROUTER_AUDIT_DIR is meant when none is named", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stdout } = await runCli(["verify"], { env: { OPENROUTER_AUDIT_DIR: directory } });
  expect(code).toBe(0);
  expect(stdout).toContain(directory);
});

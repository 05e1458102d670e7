import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type JournalVerification, publicKeyOf, rotateKey } from "@openrouter-audit/core";
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
  expect(found).toMatchObject({ result: "intact", key_source: "journal", problems: [] });
  expect(found.logs).toHaveLength(1);
});

test("one changed line is told before hundreds of findings that other things make", async () => {
  const directory = newDirectory();
  for (let restart = 0; restart < 12; restart += 1) await sampleJournal(async () => undefined, directory);
  const file = journalFile(directory);
  const origins = [...new Set(file.lines.map((line) => JSON.parse(line).log as string))];
  // The first eight logs are gone, and every later one misses them; of the last, a byte is another.
  file.rewrite((lines) =>
    lines
      .filter((line) => origins.indexOf(JSON.parse(line).log) >= 8)
      .map((line, index, { length }) =>
        index === length - 1 ? line.replace('"reason":"', '"reason":"x') : line,
      ),
  );
  const { code, stdout } = await runCli(["verify", directory]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/TAMPERED .*: 9 contradictions\./)]);
  const told = [...stdout.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, verdict]) => verdict);
  expect(told).toEqual(["ROOT_MISMATCH", ...Array<string>(5).fill("MISSING_STREAM")]);
  expect(stdout).toContain("… and 3 more MISSING_STREAM: --json lists all.");
});

test("the anchor log of this application says nothing of other journals", async () => {
  const [own, other] = [await sampleJournal(threeCalls), await sampleJournal(threeCalls)];
  const anchors = join(newDirectory(), "anchors");
  await runCli(["anchor", own, "--anchors", anchors], { env: { OPENROUTER_AUDIT_SECRET: secret } });
  const env = { OPENROUTER_AUDIT_ANCHOR_DIR: anchors, OPENROUTER_AUDIT_DIR: own };
  expect((await runCli(["verify"], { env })).stdout).toContain(`anchor log    ${anchors}`);
  expect((await runCli(["verify", other], { env })).stdout).not.toContain("anchor log  ");
  const notBegun = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: join(anchors, "nothing-yet") };
  expect((await runCli(["verify"], { env: notBegun })).code).toBe(0);
});

test("every key that is trusted is named", async () => {
  const directory = await sampleJournal(threeCalls);
  const { from, to } = await rotateKey(directory, {
    from: secret,
    to: "another secret, which is long enough too",
  });
  const { stdout } = await runCli(["verify", directory, "--key", to]);
  expect(stdout).toContain(`and ${from}, which a rotation note ties to it`);
});

test("a journal full of rubbish is told in a few lines", async () => {
  const directory = await sampleJournal(threeCalls);
  appendFileSync(journalFile(directory).path, "rubbish\n".repeat(5000));
  const { stdout } = await runCli(["verify", directory]);
  expect(stdout).toContain(
    "… and 95 more FOREIGN_LINE, or many more: --json lists up to 100 in each file and log.",
  );
  expect(stdout.split("\n").length).toBeLessThan(200);
});

function textFile(): string {
  const path = join(newDirectory(), "package.json");
  writeFileSync(path, '{\n  "name": "x"\n}\n');
  return path;
}

test("a text that is no journal is incomplete with a key, and it is said that no line of it is an entry", async () => {
  const words = ["verify", textFile(), "--key", publicKeyOf(secret)];
  const { code, stdout } = await runCli(words);
  expect([code, stdout]).toEqual([2, expect.stringContaining("FOREIGN_LINE")]);
  expect(stdout).toContain("No line of it is an entry: is it a file of a journal?");
  const directory = await sampleJournal(threeCalls);
  appendFileSync(journalFile(directory).path, "rubbish\n");
  expect((await runCli(["verify", directory])).stdout).not.toContain("No line of it is an entry");
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
  ["no such file", () => join(newDirectory(), "nowhere.zip"), "there is no such file or directory"],
  ["a text that is no journal", () => textFile(), "is no file of a journal: no line of it is an entry"],
])("%s cannot be verified, and the message says why", async (_name, directory, why) => {
  const { code, stdout, stderr } = await runCli(["verify", directory()]);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain(why);
});

describe("known heads", () => {
  test("are noted by --update, and prove later that an end was cut off", async () => {
    const directory = await sampleJournal(threeCalls);
    const heads = join(newDirectory(), "heads.jsonl");
    const noted = await runCli(["verify", directory, "--known-heads", heads, "--update"]);
    expect([noted.code, noted.stderr]).toEqual([0, expect.stringContaining(`1 head in ${heads}.`)]);
    journalFile(directory).rewrite((lines) => lines.slice(0, -2));
    expect((await runCli(["verify", directory])).stdout).not.toContain("TRUNCATED");
    const { code, stdout } = await runCli(["verify", directory, "--known-heads", heads]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "TRUNCATED  entries 3 to 4 missing at the end: whoever noted the known heads saw the log longer",
    );
  });

  test("are not noted of a journal that was tampered with: the older ones stay, and it is said", async () => {
    const directory = await sampleJournal(threeCalls);
    const heads = join(newDirectory(), "heads.jsonl");
    await runCli(["verify", directory, "--known-heads", heads, "--update"]);
    const before = readFileSync(heads, "utf8");
    await sampleJournal(threeCalls, directory);
    expect((await runCli(["verify", directory])).code).toBe(0);
    const first = journalFile(directory);
    first.rewrite((lines) => lines.map((line) => line.replace('"user_id":"grace"', '"user_id":"eve"')));

    const renewed = await runCli(["verify", directory, "--known-heads", heads, "--update"]);
    expect(renewed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^TAMPERED /) });
    expect(renewed.stderr).toBe(
      `No heads were noted: this is not what was sealed. ${heads} stays as it was.\n`,
    );
    expect(readFileSync(heads, "utf8")).toBe(before);

    const other = join(newDirectory(), "none.jsonl");
    const made = await runCli(["verify", directory, "--known-heads", other, "--update"]);
    expect([made.code, made.stderr]).toEqual([1, expect.stringContaining(`${other} was not made.`)]);
    expect(existsSync(other)).toBe(false);
  });

  test("are not made up: without --update the file has to be there, and --update has to be told where", async () => {
    const directory = await sampleJournal(threeCalls);
    const missing = await runCli(["verify", directory, "--known-heads", join(directory, "no-heads")]);
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining("Cannot read")]);
    const { code, stderr } = await runCli(["verify", directory, "--update"]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("--update needs --known-heads")]);
  });
});

test("files are verified one by one, compressed or not, and what they lack is only partial", async () => {
  const directory = await sampleJournal(threeCalls);
  const { path } = journalFile(directory);
  const archive = join(newDirectory(), "kept.gz");
  writeFileSync(archive, gzipSync(readFileSync(path)));
  const { code, stdout } = await runCli(["verify", archive, "--key", publicKeyOf(secret)]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^INTACT {2}.*kept\.gz/)]);
  expect(stdout).toContain("whether there are other files, before, between or after those given");
});

test("a range of days is told beside what was found in it", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stdout } = await runCli(["verify", directory, "--since", "today", "--all-signatures"]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/range asked {3}\d{4}-\d{2}-\d{2} to the end/)]);
  const backwards = await runCli(["verify", directory, "--since", "today", "--until", "2020"]);
  expect([backwards.code, backwards.stderr]).toEqual([3, expect.stringContaining("Nothing can match")]);
});

test("quick and thorough at once is a contradiction; quick says what it left out", async () => {
  const directory = await sampleJournal(threeCalls);
  const both = await runCli(["verify", directory, "--quick", "--all-signatures"]);
  expect([both.code, both.stderr]).toEqual([3, expect.stringContaining("choose one")]);
  const { code, stdout } = await runCli(["verify", directory, "--quick"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("the bytes of most chain hashes")]);
});

test("what is no public key is refused", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stderr } = await runCli(["verify", directory, "--key", "hello"]);
  expect(code).toBe(3);
  expect(stderr).toContain("one has the form name+id+base64");
  const key = publicKeyOf(secret);
  const mistyped = key.replace(/\+(.)/, (_, digit) => `+${digit === "0" ? "1" : "0"}`);
  for (const words of [["verify"], ["report", "--period", "24h"], ["keys"]]) {
    const refused = await runCli([...words, directory, "--key", mistyped]);
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining("it has the form name+id+base64, but the id is not that of this name"),
    ]);
  }
});

test("the journal of OPENROUTER_AUDIT_DIR is meant when none is named", async () => {
  const directory = await sampleJournal(threeCalls);
  const { code, stdout } = await runCli(["verify"], { env: { OPENROUTER_AUDIT_DIR: directory } });
  expect(code).toBe(0);
  expect(stdout).toContain(directory);
});

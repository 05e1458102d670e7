import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { noteInAnchorLog, rootKeyFor } from "@openrouter-audit/anchor";
import { addHold, approveDeletion, releaseHold } from "@openrouter-audit/retention";
import { filesIn, oldJournal, secret } from "../../retention/test/support/old-journal.ts";
import { runCli } from "./run-cli.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret };
const run = (...words: string[]) => runCli(words, { env });
const me = userInfo().username;

test("a hold is added, listed, wins over retain, is released, and then it goes", async () => {
  const { directory } = oldJournal();
  const june = () => filesIn(directory).filter((file) => file.startsWith("audit_2026-06"));
  const reason = ["--reason", "Case 17", "--on-behalf-of", "Legal"];
  const added = await run(
    "hold",
    "add",
    directory,
    "--user",
    "anna",
    "--since",
    "2026-06-01",
    ...reason,
    "--json",
  );
  const { hold, covered } = JSON.parse(added.stdout);
  expect(covered).toEqual({ entries: expect.any(Number), files: expect.any(Array), unread: [] });
  expect(covered.entries).toBeGreaterThan(0);
  expect(covered.files.every((file: string) => file >= "audit_2026-06-01")).toBe(true);
  expect(added.code).toBe(0);
  const listed = await run("hold", "list", directory);
  expect([listed.code, listed.stdout]).toEqual([
    0,
    expect.stringContaining("covers    user anna, from 2026-06-01"),
  ]);
  expect(listed.stdout).toMatch(new RegExp(`added     \\S+ by ${me} for Legal: Case 17`));
  const before = june();
  await run("retain", directory, "--archive-after", "never", "--yes");
  // Of anna, or of a log with earlier lines of hers; the log with files of its own is neither.
  expect(june()).toEqual(before.filter((file) => file.length < "audit_2026-06-02.jsonl".length + 1));
  const plan = await run("retain", directory, "--archive-after", "never", "--dry-run");
  expect(plan.stdout).toContain(`legal hold ${hold} (user anna, since 2026-06-01T00:00:00.000Z): Case 17`);
  const released = await run("hold", "release", hold, directory, "--reason", "Settled");
  expect([released.code, released.stdout]).toEqual([0, expect.stringMatching(/^RELEASED {2}/)]);
  const again = await run("hold", "release", hold, directory, "--reason", "Settled");
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("was released before")]);
  expect((await run("hold", "list", directory)).stderr).toBe("Nothing is on hold.\n");
  expect((await run("hold", "list", directory, "--all")).stdout).toContain("released  ");
  await run("retain", directory, "--archive-after", "never", "--yes");
  expect(june()).toEqual([]);
  expect((await run("verify", directory)).code).toBe(0);
});

test.each([
  [["--user", "anna"], "required option '--reason"],
  [["--since", "2026-13-45", "--reason", "x"], "2026-13-45"],
  [["--since", "2026-02", "--until", "2026-01", "--reason", "x"], "--since is not before --until"],
  [["--everything", "--user", "anna", "--reason", "x"], "cannot be used with"],
  [["--reason", "x"], "say which users, since or until when, or everything"],
  [["--everything", "--reason", " "], "it is empty"],
  [["--user", "a\u001b[2J", "--reason", "x"], "control character"],
])("hold add %j is refused, and nothing is noted", async (flags, why) => {
  const { directory } = oldJournal();
  const { code, stderr } = await run("hold", "add", directory, ...flags);
  expect([code, stderr]).toEqual([3, expect.stringContaining(why)]);
  expect(stderr).not.toContain("\u001b");
  expect(existsSync(join(directory, "anchor"))).toBe(false);
});

test("a hold says what it covers now, and warns when that is nothing", async () => {
  const { directory } = oldJournal();
  const add = (user: string) => run("hold", "add", directory, "--user", user, "--reason", "x");
  const all = await run("hold", "add", directory, "--everything", "--reason", "x");
  expect(all.stdout).toMatch(/ {2}now {7}\d+ entries in \d+ files?/);
  expect(all.stderr).toBe("");
  const none = await add("ANNA");
  expect([none.code, none.stderr]).toEqual([0, expect.stringContaining("No entry is covered by it")]);
  expect(none.stdout).toContain("  now       0 entries in 0 files");
});

test("a release where nothing was ever noted begins no anchor log, and neither does a name that is empty", async () => {
  const { directory } = oldJournal();
  const unknown = await run("hold", "release", "01999f3c", directory, "--reason", "x");
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("Nothing was written")]);
  for (const words of [
    ["hold", "add", directory, "--everything", "--reason", "x", "--anchors", ""],
    ["retain", directory, "--yes", "--anchors", ""],
    ["retain", directory, "--dry-run", "--anchors", ""],
  ]) {
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([3, expect.stringContaining("has no name: is a variable not set?")]);
  }
  expect(existsSync(join(directory, "anchor"))).toBe(false);
});

test("a tombstone that somebody with the root key wrote in spite of a hold is told, and one after the release is not", async () => {
  const { directory } = oldJournal();
  const key = rootKeyFor(directory, { env });
  const hold = { person: { id: "legal" }, reason: "Case 17", root: key };
  const held = await addHold(directory, {
    ...hold,
    since: new Date("2026-06-02"),
    until: new Date("2026-06-03"),
  });
  await addHold(directory, { ...hold, users: ["anna"] });
  const written = (file: string, newest: string) =>
    noteInAnchorLog({ directory, anchors: join(directory, "anchor"), root: key }, (log) =>
      log.note("deleted", { files: [{ file }], cuts: [{ newest }] }),
    );
  await written("audit_2026-06-01.jsonl", "2026-06-01T23:59:59.999Z");
  expect((await run("hold", "list", directory)).code).toBe(0);
  await written("audit_2026-06-02.jsonl", "2026-06-02T01:00:00.000Z");
  await releaseHold(directory, held.hold, hold);
  await written("audit_2026-06-03.jsonl", "2026-06-02T02:00:00.000Z");
  const { code, stderr } = await run("hold", "list", directory);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^In spite of the hold ${held.hold}, audit_2026-06-02.jsonl was deleted on .*\n$`),
  );
});

test("with what is no public key, nobody is told that nothing is on hold, or that archives are as noted", async () => {
  const { directory } = oldJournal();
  await run("hold", "add", directory, "--everything", "--reason", "Case 17");
  for (const words of [
    ["hold", "list", directory],
    ["archive", "verify", directory],
  ]) {
    const { code, stdout, stderr } = await run(...words, "--key", "bogus");
    expect([code, stdout, stderr]).toEqual([3, "", expect.stringContaining('"bogus" is not a')]);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test("users are named one by one or with commas between them, as query and export take them", async () => {
  const { directory } = oldJournal();
  const users = ["--user", "anna,ben", "--user", "a\\,b"];
  const { stdout } = await run("hold", "add", directory, ...users, "--reason", "Case 17", "--json");
  expect(JSON.parse(stdout).users).toEqual(["anna", "ben", "a,b"]);
});

test("who lists the holds of an anchor log that does not verify is told", async () => {
  const { directory } = oldJournal();
  await run("hold", "add", directory, "--everything", "--reason", "Case 17");
  appendFileSync(join(directory, "anchor/anchor.jsonl"), "something else\n");
  const { code, stdout, stderr } = await run("hold", "list", directory);
  expect([code, stdout]).toEqual([1, expect.stringContaining("covers    everything")]);
  expect(stderr).toContain("The anchor log does not verify: FOREIGN_LINE");
});

test("nobody says that nothing is on hold where a hold cannot be read, nor that something is wrong where a write was cut", async () => {
  const { directory } = oldJournal();
  const path = join(directory, "anchor/anchor.jsonl");
  await run("anchor", directory);
  appendFileSync(path, '{"cut');
  const cut = await run("hold", "list", directory);
  expect([cut.code, cut.stderr]).toEqual([0, "Nothing is on hold.\n"]);
  await run("hold", "add", directory, "--everything", "--reason", "Case 17");
  writeFileSync(path, readFileSync(path, "utf8").replace("Case 17", "Case 18"));
  const damaged = await run("hold", "list", directory);
  expect([damaged.code, damaged.stdout]).toEqual([1, ""]);
  expect(damaged.stderr).toContain("There may be other holds");
  expect(damaged.stderr).not.toContain("Nothing is on hold");
  const plan = ["--plan", "0".repeat(64)];
  const approved = await run("retain", "approve", directory, ...plan);
  expect(approved.code).toBe(1);
  expect(approved.stderr).not.toContain("nothing to approve");
  const dry = await run("retain", directory, "--dry-run", "--despite-tampering");
  expect([dry.code, dry.stdout, dry.stderr]).toEqual([1, "", expect.stringContaining("does not verify")]);
});

test.each([
  [["approve", "--dry-run"], "--dry-run is of retain, and not of retain approve"],
  [["approve", "--yes"], "--yes is of retain, and not of"],
  [["approve", "--list-presets"], "--list-presets is of retain, and not of"],
  [["approve"], "required option '--plan"],
  [["--dry-run", "approve"], "--dry-run is of retain, and not of"],
])("retain %j is refused, and nothing is approved", async (words, why) => {
  const { directory } = oldJournal();
  const plan = words.length > 1 ? ["--plan", "0".repeat(64)] : [];
  const { code, stderr } = await run("retain", ...words, directory, ...plan);
  expect([code, stderr]).toEqual([3, expect.stringContaining(why)]);
  expect(existsSync(join(directory, "anchor"))).toBe(false);
});

test("with --second-approver nothing is deleted before another person approved the plan", async () => {
  const { directory } = oldJournal();
  const before = filesIn(directory);
  const policy = [directory, "--archive-after", "never", "--yes", "--second-approver"];
  const refused = await run("retain", ...policy);
  expect([refused.code, filesIn(directory)]).toEqual([1, before]);
  const plan = /retain approve --plan ([0-9a-f]{64})/.exec(refused.stderr)![1]!;
  const wrong = await run(
    "retain",
    "approve",
    directory,
    "--archive-after",
    "never",
    "--plan",
    "0".repeat(64),
  );
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining(`another one now: ${plan}`)]);
  const approved = await run(
    "retain",
    "approve",
    directory,
    "--archive-after",
    "never",
    "--plan",
    plan,
    "--json",
  );
  expect(approved.code).toBe(0);
  const { files } = JSON.parse(approved.stdout);
  const alone = await run("retain", ...policy);
  expect([alone.code, filesIn(directory)]).toEqual([1, before]);
  expect(alone.stderr).toContain(`${me}, who wants to delete, is the only one who approved it`);
  await approveDeletion(directory, { files, person: { id: "alice" }, root: rootKeyFor(directory, { env }) });
  expect((await run("retain", ...policy)).code).toBe(0);
  expect(filesIn(directory).length).toBeLessThan(before.length);
});

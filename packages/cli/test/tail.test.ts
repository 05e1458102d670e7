import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { AuditEntry } from "@openrouter-audit/core";
import { linesFromEnd } from "../src/journal/lines-from-end.ts";
import { runCli, startCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal } from "./sample-journal.ts";

const calls =
  (...users: string[]) =>
  async (call: Call) => {
    for (const user of users) await call(user, "openai/gpt-4o-mini");
  };

/** The users of the entries `tail -f --json` shows, one after the other. */
function usersOf(stdout: NodeJS.ReadableStream) {
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async () => (JSON.parse((await lines.next()).value as string) as AuditEntry).user_id;
}

test("the last entries are shown in the order they were written", async () => {
  const directory = await sampleJournal(calls("a", "b", "c"));
  const { code, stdout } = await runCli(["tail", directory, "-n", "2"]);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((row) => row.split(/ {2,}/)[1]),
  ).toEqual(["user", "b", "c"]);
});

test("the last entries are found across the files of several days", async () => {
  const directory = await sampleJournal(calls("a", "b", "c"));
  const { path, lines, lineWith } = journalFile(directory);
  writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n`);
  writeFileSync(join(directory, "audit_2099-01-01.jsonl"), `${lines[lineWith('"user_id":"c"') - 1]}\n`);
  const { stdout } = await runCli(["tail", directory, "--json", "-n", "2"]);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as AuditEntry).user_id),
  ).toEqual(["b", "c"]);
});

test("what the log says about itself is shown when asked for", async () => {
  const directory = await sampleJournal(async () => undefined);
  const without = await runCli(["tail", directory]);
  expect(without.stdout).toBe("");
  expect(without.stderr).toContain("No calls recorded yet");
  expect((await runCli(["tail", directory, "--system"])).stdout).toContain("audit.opened");
});

test("--wide shows more columns", async () => {
  const directory = await sampleJournal(calls("a"));
  const { stdout } = await runCli(["tail", directory, "--wide", "--system"]);
  expect(stdout).toMatch(/^time .* event .* detail .* generation +id$/m);
  expect(stdout).toContain("reason=");
});

test("-f shows what is recorded from now on, by another process too, and ends on an interruption with 0", async () => {
  const directory = await sampleJournal(calls("old"));
  const { stdout, code, interrupt } = startCli(["tail", directory, "-f", "--json"]);
  const nextUser = usersOf(stdout);
  expect(await nextUser()).toBe("old");
  await sampleJournal(calls("new", "newer"), directory);
  expect(await nextUser()).toBe("new");
  expect(await nextUser()).toBe("newer");
  interrupt();
  expect(await code).toBe(0);
});

test("-f goes on in the file of a new day", async () => {
  const directory = await sampleJournal(calls("a", "b"));
  const { lines, lineWith } = journalFile(directory);
  const { stdout, code, interrupt } = startCli(["tail", directory, "-f", "-n", "0", "--json"]);
  const nextUser = usersOf(stdout);
  writeFileSync(join(directory, "audit_2099-01-01.jsonl"), `${lines[lineWith('"user_id":"b"') - 1]}\n`);
  expect(await nextUser()).toBe("b");
  interrupt();
  expect(await code).toBe(0);
});

test("-f follows the files of several processes, and shows what is new by its time", async () => {
  const directory = await sampleJournal(calls("a", "b", "c", "d"));
  const { path, name, lines, lineWith } = journalFile(directory);
  const line = (user: string) => `${lines[lineWith(`"user_id":"${user}"`) - 1]}\n`;
  const own = (writer: string) => join(directory, name.replace(".jsonl", `_${writer}.jsonl`));
  writeFileSync(own("one"), line("a"));
  writeFileSync(path, line("b"));
  const { stdout, code, interrupt } = startCli(["tail", directory, "-f", "-n", "2", "--json"]);
  const nextUser = usersOf(stdout);
  expect([await nextUser(), await nextUser()]).toEqual(["a", "b"]);
  writeFileSync(own("new"), line("d"));
  expect(await nextUser()).toBe("d");
  appendFileSync(own("one"), line("c"));
  expect(await nextUser()).toBe("c");
  interrupt();
  expect(await code).toBe(0);
});

test("-f waits for the end of a line that is still being written", async () => {
  const directory = await sampleJournal(calls("a", "é"));
  const { path, lines, lineWith } = journalFile(directory);
  const line = Buffer.from(`${lines[lineWith('"user_id":"é"') - 1]}\n`);
  // Cut inside the two bytes of the é.
  const middle = line.indexOf("é") + 1;
  appendFileSync(path, line.subarray(0, middle));
  const { stdout, stderr, code, interrupt } = startCli(["tail", directory, "-f", "-n", "1", "--json"]);
  const nextUser = usersOf(stdout);
  expect(await nextUser()).toBe("é");
  await new Promise((resolve) => setTimeout(resolve, 500));
  appendFileSync(path, line.subarray(middle));
  expect(await nextUser()).toBe("é");
  interrupt();
  expect(await code).toBe(0);
  expect(stderr.read()).toBeNull();
});

test("-f waits for a journal that is not there yet", async () => {
  const directory = join(newDirectory(), "audit_logs");
  const { stdout, stderr, code, interrupt } = startCli(["tail", directory, "-f", "--json"]);
  const nextUser = usersOf(stdout);
  mkdirSync(directory);
  await sampleJournal(calls("first"), directory);
  expect(await nextUser()).toBe("first");
  interrupt();
  expect(await code).toBe(0);
  expect(String(stderr.read())).toBe(`There is no directory ${directory} yet; waiting until it is made.\n`);
});

test("-f says of a journal without calls that it waits for them, and refuses a file", async () => {
  const directory = newDirectory();
  const { stderr, code, interrupt } = startCli(["tail", directory, "-f"]);
  await new Promise((resolve) => stderr.once("readable", resolve));
  expect(String(stderr.read())).toMatch(/^No calls recorded yet in .*; waiting\.\n$/);
  interrupt();
  expect(await code).toBe(0);
  const file = join(directory, "file");
  writeFileSync(file, "");
  const refused = await runCli(["tail", file, "-f"]);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("that is not a directory")]);
});

test("-f says when lines that were there are gone", async () => {
  const directory = await sampleJournal(calls("a", "b"));
  const { name, path, lines } = journalFile(directory);
  const { stdout, stderr, code, interrupt } = startCli(["tail", directory, "-f", "-n", "1", "--json"]);
  await usersOf(stdout)();
  writeFileSync(path, `${lines[0]}\n`);
  await new Promise((resolve) => stderr.once("readable", resolve));
  expect(String(stderr.read())).toContain(`${name} became shorter`);
  interrupt();
  expect(await code).toBe(0);
});

test.each([1, 2, 3, 7, 64])("lines are read from the end of a file in blocks of %i bytes", (block) => {
  const path = join(newDirectory(), "file");
  writeFileSync(path, "first\n\nséçond\nthe third line\nunfinished");
  const found = [...linesFromEnd(path, block)];
  expect(found.map(({ bytes }) => bytes.toString())).toEqual(["the third line", "séçond", "first"]);
  expect(found.map(({ end }) => end)).toEqual([31, 16, 6]);
});

test("lines that are no entries are counted when it is over", async () => {
  const directory = await sampleJournal(calls("a"));
  appendFileSync(journalFile(directory).path, "foreign\n");
  const { code, stderr } = await runCli(["tail", directory]);
  expect(code).toBe(0);
  expect(stderr).toContain("1 line skipped");
});

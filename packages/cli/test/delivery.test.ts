import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditLog, type AuditSink, EntriesRejected, required } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, secret } from "./sample-journal.ts";

/** A journal with entries, delivered to a sink, or not. */
async function deliveredJournal(
  write: AuditSink["write"],
  { entries = 2, directory = newDirectory(), isRequired = false } = {},
): Promise<string> {
  const sink = { name: "store", write };
  const sinks = [isRequired ? required(sink) : sink];
  const audit = new AuditLog({ directory, secret, sinks, recordTimeoutMs: 1000, onProblem: () => undefined });
  for (let count = 0; count < entries; count += 1)
    await audit.record({ event_type: "test.event" }).catch(() => undefined);
  await audit.close({ deliverMs: 500 });
  return directory;
}

const kept = async () => undefined;
const lockOf = (directory: string) => join(directory, "delivery", "store.lock");

/** Leaves a lock as a process does that is killed. */
function lockedBy(directory: string, holder: object): void {
  const id = "9a2f6b0e-3f5c-4f0e-9d1a-0c7b6a5d4e3f";
  writeFileSync(lockOf(directory), `${JSON.stringify({ id, machine: null, ...holder })}\n`);
}

/** As if some lines at the end had not been delivered. */
function cursorBack(directory: string, lines: number): void {
  const { name, lines: all } = journalFile(directory);
  const path = join(directory, "delivery", "store.json");
  const cursor = JSON.parse(readFileSync(path, "utf8"));
  const offset = Buffer.byteLength(
    all
      .slice(0, -lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
  writeFileSync(path, JSON.stringify({ ...cursor, files: { [name]: { offset } } }));
}

test("a sink that has everything is fine", async () => {
  const directory = await deliveredJournal(kept);
  const { code, stdout } = await runCli(["delivery", directory]);
  expect(stdout).toMatch(
    /^sink +delivered +behind +set aside +by +cursor written \(UTC\)\nstore +4 +0 +0 +nobody/,
  );
  expect(code).toBe(0);
});

test("a journal without sinks has nothing to say, and says so", async () => {
  const directory = newDirectory();
  await new AuditLog({ directory, secret }).close();
  const { code, stdout } = await runCli(["delivery", directory]);
  expect(stdout).toBe(`Nothing was ever delivered from ${directory}: no process was started with sinks.\n`);
  expect(code).toBe(0);
});

test("what is not delivered is counted, and that nobody is left to deliver it is something to put right", async () => {
  const directory = await deliveredJournal(kept, { entries: 5 });
  cursorBack(directory, 3);
  const { code, stdout } = await runCli(["delivery", directory]);
  expect(stdout).toContain("store: nobody delivers; start the application with this sink");
  expect(code).toBe(1);
  const { sinks } = JSON.parse((await runCli(["delivery", directory, "--json"])).stdout);
  const { name, lines } = journalFile(directory);
  const behind = lines.slice(-3);
  expect(sinks[0].behind).toEqual({
    entries: 3,
    bytes: behind.reduce((bytes, line) => bytes + line.length + 1, 0),
    oldest: JSON.parse(behind[0]!).recorded_at,
    files: [name],
  });
});

test("a holder that has died is told from one that lives, and a sink that is late from one that is not", async () => {
  const directory = await deliveredJournal(kept, { entries: 5 });
  cursorBack(directory, 3);
  const self = await runningHolder(directory);
  lockedBy(directory, self);
  expect((await runCli(["delivery", directory, "--late", "1h"])).code).toBe(0);
  const late = await runCli(["delivery", directory, "--late", "0s"]);
  expect(late.stdout).toContain(`${process.pid} on ${self.host}`);
  expect(late.code).toBe(2);
  lockedBy(directory, { ...self, started: "1" });
  const dead = await runCli(["delivery", directory, "--late", "1h"]);
  expect(dead.stdout).toContain(
    `store: process ${process.pid} has ended; the next that is started with this sink goes on`,
  );
  expect(dead.code).toBe(1);
});

/** What the lock of this process says. */
async function runningHolder(directory: string): Promise<{ host: string }> {
  const other = newDirectory();
  const audit = new AuditLog({ directory: other, secret, sinks: [{ name: "store", write: kept }] });
  const holder = JSON.parse(readFileSync(lockOf(other), "utf8"));
  await audit.close();
  expect(directory).not.toBe(other);
  return holder;
}

test("what was set aside is counted by its reasons, and no reason can drive the terminal", async () => {
  let first = true;
  const directory = await deliveredJournal(
    async (batch) => {
      const rejected = batch.map(({ id }) => {
        const reason = first ? "\u001b[2Jcleared" : "no such column";
        first = false;
        return { id, reason };
      });
      throw new EntriesRejected(rejected);
    },
    { entries: 3 },
  );
  appendFileSync(join(directory, "delivery", "store.rejected.jsonl"), "torn");
  const { code, stdout } = await runCli(["delivery", directory]);
  expect(stdout).toContain("store: 5 entries were set aside, in ");
  expect(stdout).toContain("  4 × no such column\n  1 × \\u{1b}[2Jcleared\n");
  expect(code).toBe(1);
});

test("why a sink fails is said, in words that cannot drive the terminal, and that calls are refused when it is required", async () => {
  const away = async () => {
    throw new Error("403 denied");
  };
  const directory = await deliveredJournal(away, { entries: 1, isRequired: true });
  const { code, stdout } = await runCli(["delivery", directory]);
  expect(stdout).toMatch(/^store \(required\) +0 /m);
  expect(stdout).toMatch(/^store: fails, or is too slow, since [\d: -]+: 403 denied$/m);
  expect(stdout).toContain("store: is required: new calls are refused meanwhile");
  expect(code).toBe(1);
  const { sinks } = JSON.parse((await runCli(["delivery", directory, "--json"])).stdout);
  expect(sinks[0]).toMatchObject({
    required: true,
    last_error: "403 denied",
    failing_since: expect.any(String),
  });

  const path = join(directory, "delivery", "store.json");
  const cursor = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...cursor, last_error: `\u001b[2J${"x ".repeat(100_000)}` }));
  const hostile = await runCli(["delivery", directory]);
  expect(hostile.stdout).toContain(": \\e[2Jx x ");
  expect(hostile.stdout.length).toBeLessThan(3000);

  const { required: _required, last_error: _error, ...older } = cursor;
  writeFileSync(path, JSON.stringify(older));
  const before = await runCli(["delivery", directory]);
  expect(before.stdout).toContain("; why is in the problem");
  expect(before.stdout).not.toContain("required");
  expect(before.code).toBe(1);
});

test("the help says each default once, and sizes are in the units of health()", async () => {
  const { stdout } = await runCli(["delivery", "--help"]);
  expect(stdout.match(/\(default: .*?\)/g)).toEqual([
    "(default: OPENROUTER_AUDIT_DIR, else ./audit_logs)",
    "(default: 1m)",
  ]);
  const directory = await deliveredJournal(kept, { entries: 5 });
  cursorBack(directory, 3);
  expect((await runCli(["delivery", directory])).stdout).toMatch(/^store +7 +3 +\d\.\d KiB /m);
});

test("a cursor or a file that cannot be used is named", async () => {
  const directory = await deliveredJournal(kept);
  const { path, name } = journalFile(directory);
  truncateSync(path, 100);
  const cut = await runCli(["delivery", directory]);
  expect(cut.stdout).toContain(`${name} cannot be read on from where delivery is: it is shorter`);
  expect(cut.code).toBe(1);
  writeFileSync(join(directory, "delivery", "store.json"), "{");
  const damaged = await runCli(["delivery", directory]);
  expect(damaged.stdout).toContain("store.json cannot be used: ");
  expect(damaged.code).toBe(1);
});

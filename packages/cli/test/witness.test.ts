import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { AuditLog } from "@openrouter-audit/core";
import { buildPackage } from "../../../test/support/build-package.ts";
import { runCli, startCli } from "./run-cli.ts";
import { newDirectory, sampleJournal, secret } from "./sample-journal.ts";

import.meta.jest.setTimeout(60_000);
const env = { OPENROUTER_AUDIT_SECRET: secret };
const anchor = (directory: string, ...words: string[]) => runCli(["anchor", directory, ...words], { env });

async function anchoredJournal(): Promise<{ directory: string; vkey: string }> {
  const directory = await sampleJournal(async (call) => call("u-1", "openai/gpt-5-mini"));
  const { stdout } = await anchor(directory, "--json");
  return { directory, vkey: JSON.parse(stdout).vkey };
}

async function writeLog(directory: string): Promise<void> {
  const log = new AuditLog({ directory, secret, onProblem: () => undefined });
  await log.record({ event_type: "test.event" });
  await log.close();
}

/** Waits for the two lines a witness says when it listens. */
async function listening(stdout: NodeJS.ReadableStream): Promise<{ key: string; url: string }> {
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const key = /^witness key {3}(\S+)$/.exec((await lines.next()).value)![1]!;
  const url = /^listening on {2}(\S+)$/.exec((await lines.next()).value)![1]!;
  return { key, url };
}

test("cosigns an anchor, says so, and ends on Ctrl-C", async () => {
  const { directory, vkey } = await anchoredJournal();
  const state = join(newDirectory(), "state");
  const words = ["--listen", "127.0.0.1:0", "--state", state, "--log", vkey, "--name", "w.example"];
  const witness = startCli(["witness", ...words]);
  const said = text(witness.stderr);
  const { key, url } = await listening(witness.stdout);
  expect(key).toMatch(/^w\.example\+[0-9a-f]{8}\+B/);
  const run = await anchor(directory, "--witness", url, "--witness-key", key);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/kept {10}witness w\.example: \S+receipts\/2\.cosigned, .* UTC by its clock/);
  witness.interrupt();
  expect(await witness.code).toBe(0);
  expect(await said).toMatch(/^\S+Z 200 openrouter-audit\/anchor 2\n$/);
  expect(statSync(join(state, "key")).mode & 0o777).toBe(0o600);
});

test("keys may be in files", async () => {
  const { vkey } = await anchoredJournal();
  const home = newDirectory();
  writeFileSync(join(home, "log.vkey"), `${vkey}\n`);
  const words = ["--listen", "127.0.0.1:0", "--state", home, "--log", `@${join(home, "log.vkey")}`];
  const witness = startCli(["witness", ...words, "--key", join(home, "own.pem")]);
  await listening(witness.stdout);
  expect(readFileSync(join(home, "own.pem"), "utf8")).toContain("BEGIN PRIVATE KEY");
  witness.interrupt();
  expect(await witness.code).toBe(0);
});

test.each([
  [["--listen", "127.0.0.1"], "Expected HOST:PORT"],
  [["--listen", "127.0.0.1:99999"], "Expected HOST:PORT"],
  [["--listen", "127.0.0.1:0", "--log", "x"], "is not the public key of a log"],
  [["--listen", "192.0.2.1:1"], "Cannot listen on 192.0.2.1:1"],
])("%j is not understood", async (words, help) => {
  const { vkey } = await anchoredJournal();
  const all = [
    "witness",
    "--state",
    newDirectory(),
    ...words,
    ...(words.includes("--log") ? [] : ["--log", vkey]),
  ];
  const { code, stderr } = await runCli(all);
  expect([code, stderr]).toEqual([3, expect.stringContaining(help)]);
});

test("a key file that holds something else is refused, and not shown", async () => {
  const { vkey } = await anchoredJournal();
  const file = join(newDirectory(), "key");
  writeFileSync(file, "hunter2");
  const words = ["--listen", "127.0.0.1:0", "--state", newDirectory(), "--log", vkey, "--key", file];
  const { code, stderr } = await runCli(["witness", ...words]);
  expect([code, stderr]).toEqual([3, expect.stringContaining(`Cannot use the witness key ${file}`)]);
  expect(stderr).not.toContain("hunter2");
});

describe("in a process of its own", () => {
  const running: ChildProcessWithoutNullStreams[] = [];
  beforeAll(() => buildPackage("cli"));
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });

  async function start(state: string, vkey: string) {
    const words = ["witness", "--listen", "127.0.0.1:0", "--state", state, "--log", vkey];
    const child = spawn(process.execPath, [resolve("packages/cli/dist/bin.js"), ...words]);
    running.push(child);
    const ended = once(child, "exit") as Promise<[number | null, string | null]>;
    return { child, ended, ...(await listening(child.stdout)) };
  }

  test("ends in order on SIGTERM", async () => {
    const { vkey } = await anchoredJournal();
    const { child, ended } = await start(newDirectory(), vkey);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  test("killed and started again, it goes on, and refuses what an old backup says", async () => {
    const { directory, vkey } = await anchoredJournal();
    const state = newDirectory();
    const backup = newDirectory();
    const first = await start(state, vkey);
    const by = ({ url, key }: { url: string; key: string }) => ["--witness", url, "--witness-key", key];
    expect((await anchor(directory, ...by(first))).code).toBe(0);
    cpSync(directory, backup, { recursive: true });
    await writeLog(directory);
    expect((await anchor(directory, ...by(first))).code).toBe(0);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await start(state, vkey);
    expect(second.key).toBe(first.key);
    await writeLog(directory);
    expect((await anchor(directory, ...by(second))).code).toBe(0);
    rmSync(directory, { recursive: true });
    cpSync(backup, directory, { recursive: true });
    const rolledBack = await anchor(directory, ...by(second));
    expect(rolledBack.code).toBe(1);
    expect(rolledBack.stdout).toMatch(/has seen 4 entries of openrouter-audit\/anchor, which has 2/);
    for (const _log of [1, 2, 3]) {
      await writeLog(directory);
      expect((await anchor(directory, ...by(second))).code).toBe(1);
    }
  });
});

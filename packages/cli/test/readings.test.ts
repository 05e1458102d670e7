import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AuditEntry, AuditLog, verifyJournal } from "@openrouter-audit/core";
import { describeWithDisk, mountDisk } from "../../../test/support/tmpfs.ts";
import { runCli, startCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });
const envOf = (reads: string, more = {}) => ({
  OPENROUTER_AUDIT_READS_DIR: reads,
  OPENROUTER_AUDIT_SECRET: secret,
  ...more,
});
const twoCalls = () =>
  sampleJournal(async (call) => {
    await call("ada", "openai/gpt-4o-mini");
    await call("grace", "openai/gpt-4o-mini");
  });

function readingsIn(directory: string): AuditEntry[] {
  const files = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
  const lines = files.flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n"));
  return lines
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(({ event_type }) => event_type === "audit.read");
}

const details = (directory: string) => readingsIn(directory).map(({ detail }) => detail);

test("each command that shows entries says who read what, and the journal of that is intact", async () => {
  const [journal, reads] = [await twoCalls(), join(newDirectory(), "reads")];
  const { code, stdout, stderr } = await runCli(["tail", journal, "--json", "-n", "1"], {
    env: envOf(reads),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const [begun, ended, ...others] = readingsIn(reads);
  expect(others).toEqual([]);
  const who = {
    user_id: userInfo().username,
    attribution: { how: "authenticated", source: "os.userInfo()" },
    service: expect.objectContaining({ name: "openrouter-audit" }),
    metadata: {},
  };
  const said = { doing: "tail", source: journal, parameters: { lines: 1, follow: false, system: false } };
  expect(begun).toMatchObject({ ...who, detail: { ...said, state: "begun" } });
  expect(ended).toMatchObject({ ...who, detail: { ...said, state: "ended", outcome: "complete", rows: 1 } });
  const { result, problems } = await verifyJournal(reads, inAnHour());
  expect({ result, problems }).toEqual({ result: "intact", problems: [] });
});

test("what is not asked to be recorded is not, and commands that show no entries record nothing", async () => {
  const [journal, reads] = [await twoCalls(), join(newDirectory(), "reads")];
  expect((await runCli(["tail", journal])).code).toBe(0);
  expect((await runCli(["verify", journal], { env: envOf(reads) })).code).toBe(0);
  expect((await runCli(["tail", "--help"], { env: envOf(reads) })).code).toBe(0);
  expect(() => readdirSync(reads)).toThrow(/ENOENT/);
});

test("who became another with sudo is named as far as that can be known", async () => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  await runCli(["tail", journal], { env: envOf(reads, { SUDO_USER: "ada" }) });
  expect(readingsIn(reads).map(({ metadata }) => metadata)).toEqual([
    { sudo_user: "ada" },
    { sudo_user: "ada" },
  ]);
});

test("a command that is interrupted was stopped, and says how many entries it had shown", async () => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  const following = startCli(["tail", journal, "-f", "--json"], { env: envOf(reads) });
  await once(following.stdout, "data");
  expect(details(reads)).toEqual([expect.objectContaining({ state: "begun" })]);
  following.interrupt();
  expect(await following.code).toBe(0);
  expect(details(reads)[1]).toMatchObject({ state: "ended", outcome: "stopped", rows: 2 });
});

test("readings are shown like other entries, to whoever asks what the log says of itself", async () => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  await runCli(["tail", journal], { env: envOf(reads) });
  expect((await runCli(["tail", reads])).stdout).toBe("");
  const { stdout } = await runCli(["tail", reads, "--system", "--wide"]);
  expect(stdout).toMatch(/audit\.read: tail .*state=begun/);
  expect(stdout).toMatch(new RegExp(`${userInfo().username} +audit\\.read: tail +success`));
});

test.each(["exported", "reconciled"] as const)(
  "of what was %s it is shown what was asked for, and what came of it",
  async (act) => {
    const directory = newDirectory();
    const audit = new AuditLog({ directory, secret });
    const begun = await audit.recordAct({ act, doing: "package", parameters: { since: "2026-10-01" } });
    await begun.ended({ outcome: "complete", found: { result: "agreed" } });
    await audit.close();
    const { stdout } = await runCli(["query", directory, "--type", `audit.${act}`, "--wide"], {
      columns: 400,
    });
    expect(stdout.match(/parameters=\{"since":"2026-10-01"\}/g)).toHaveLength(2);
    expect(stdout.match(/found=\{"result":"agreed"\}/g)).toHaveLength(1);
  },
);

test("they can stand in the journal of the application itself while that is open, in files of one writer where it has such", async () => {
  for (const files of ["shared", "per_process"] as const) {
    const directory = newDirectory();
    const audit = new AuditLog({ directory, secret, files, onProblem: () => undefined });
    await audit.record({ event_type: "test.event" });
    expect(await run(["tail", directory], envOf(directory)).ended).toEqual({ code: 0, signal: null });
    await audit.record({ event_type: "test.event" });
    await audit.close();
    expect(details(directory)).toHaveLength(2);
    expect(readdirSync(directory).filter((name) => name.endsWith(".jsonl"))).toHaveLength(
      files === "shared" ? 1 : 2,
    );
    expect((await verifyJournal(directory, inAnHour())).result).toBe("intact");
  }
});

test("commands that read at the same time leave the journal of readings intact", async () => {
  const [journal, reads] = [await twoCalls(), join(newDirectory(), "reads")];
  const ran = await Promise.all(
    Array.from({ length: 3 }, () => run(["tail", journal, "--json"], envOf(reads)).ended),
  );
  expect(ran).toEqual(Array(3).fill({ code: 0, signal: null }));
  expect(details(reads)).toHaveLength(6);
  expect((await verifyJournal(reads, inAnHour())).result).toBe("intact");
});

test("of a command that is killed it is known what it began to read", async () => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  const command = run(["tail", journal, "-f", "--json"], envOf(reads));
  await once(command.process.stdout!, "data");
  command.process.kill("SIGKILL");
  expect(await command.ended).toEqual({ code: null, signal: "SIGKILL" });
  expect(details(reads)).toEqual([
    expect.objectContaining({ state: "begun", doing: "tail", source: journal }),
  ]);
});

test.each([["query"], ["tail", "-f", "-n", "1000000"]])(
  "who closes %s when the first lines came has stopped it, and that is on record",
  async (command, ...flags) => {
    const [journal, reads] = [await twoCalls(), newDirectory()];
    // More than fits into a pipe.
    journalFile(journal).rewrite(([opened, call]) => [
      opened!,
      ...Array.from({ length: 3000 }, (_none, index) => call!.replace(/"id":"[^"]+"/, `"id":"${index}"`)),
    ]);
    const reader = run([command, journal, ...flags, "--json"], envOf(reads));
    reader.process.stdout!.once("data", () => reader.process.stdout!.destroy());
    expect(await reader.ended).toEqual({ code: 0, signal: null });
    expect(details(reads)).toEqual([
      expect.objectContaining({ state: "begun", doing: command }),
      expect.objectContaining({ state: "ended", outcome: "stopped", rows: expect.any(Number) }),
    ]);
  },
);

describe("when it cannot be written down, nothing is read", () => {
  test.each([
    ["a file is where the directory should be", (place: string) => writeFileSync(place, "")],
    ["the directory is no place to write to", () => undefined],
  ])("%s", async (_what, prepare) => {
    const journal = await twoCalls();
    const place = join(newDirectory(), "reads");
    prepare(place);
    const reads = _what.startsWith("a file") ? place : "/proc/openrouter-audit";
    const { code, stdout, stderr } = await runCli(["tail", journal], { env: envOf(reads) });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(
      `openrouter-audit: Nothing was done: who does what is to be recorded in ${reads} (OPENROUTER_AUDIT_READS_DIR). Cannot write`,
    );
  });

  test("the journal of readings is another key's", async () => {
    const [journal, reads] = [await twoCalls(), await twoCalls()];
    const env = envOf(reads, { OPENROUTER_AUDIT_SECRET: "another secret, which is long enough as well" });
    const { code, stdout, stderr } = await runCli(["tail", journal], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^openrouter-audit: Nothing was done: .* belongs to the key /s);
    expect(stderr).not.toContain(secret);
    expect(details(reads)).toEqual([]);
    expect(journalFile(reads).lines.length).toBeGreaterThan(0);
  });
});

describeWithDisk("on a full disk", () => {
  test("nothing is read, and why is said once", async () => {
    const journal = await twoCalls();
    const disk = mountDisk(64 * 1024);
    expect(() => {
      for (;;) writeFileSync(join(disk, "filler"), Buffer.alloc(4096), { flag: "a" });
    }).toThrow(/ENOSPC/);
    const { code, stdout, stderr } = await runCli(["tail", journal], { env: envOf(join(disk, "reads")) });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^openrouter-audit: Nothing was done: .*ENOSPC/s);
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
  });
});

/** Runs the built command in a process of its own. */
function run(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const bin = fromRoot("packages/cli/dist/bin.js");
  const process_ = spawn(process.execPath, [bin, ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    process_.on("close", (code, signal) => resolve({ code, signal }));
  });
  process_.stdout.resume();
  return { process: process_, ended };
}

test.each([
  [["query", "--json"], "query"],
  [["query", "--orphans", "--json"], "orphans"],
])("%j is a reading, whatever it finds", async (flags, doing) => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  const [command, ...others] = flags as [string, ...string[]];
  expect((await runCli([command, journal, ...others], { env: envOf(reads) })).code).toBe(0);
  const rows = doing === "query" ? 2 : 0;
  expect(details(reads)).toMatchObject([
    { doing, state: "begun", source: journal },
    { doing, state: "ended", outcome: "complete", rows },
  ]);
});

test("showing an entry is one reading, of the entry and what belongs to it", async () => {
  const [journal, reads] = [await twoCalls(), newDirectory()];
  const { id } = JSON.parse(journalFile(journal).lines[1]!) as AuditEntry;
  expect((await runCli(["show", id, journal], { env: envOf(reads) })).code).toBe(0);
  expect(details(reads)).toMatchObject([
    { doing: "show", state: "begun", parameters: { id } },
    { doing: "show", state: "ended", outcome: "complete", rows: 1 },
  ]);
});

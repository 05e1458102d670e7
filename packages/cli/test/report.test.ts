import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@openrouter-audit/analysis";
import { periodOf, stretchOf } from "../src/period.ts";
import { phasesOn } from "../src/progress.ts";
import { failOnNames, failuresIn } from "../src/report/fail-on.ts";
import { reportPeriod } from "../src/report/report-period.ts";
import { runCli, startCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const calls = async (call: Call) => {
  await call("ada", "openai/gpt-4o-mini");
  await call("ada", "openai/gpt-5-mini", { status: 429 });
  await call("grace", "anthropic/claude-sonnet-4.5");
};
const good = async (call: Call) => call("ada", "openai/gpt-4o-mini");

async function reportOf(directory: string, ...flags: string[]): Promise<Report & { failures?: unknown }> {
  const { code, stdout, stderr } = await runCli(["report", directory, "--json", ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("a person reads which period it is, whether the log is what was sealed, and who used what", async () => {
  const { code, stdout, stderr } = await runCli(["report", await sampleJournal(calls)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Everything recorded {2}\//);
  expect(stdout).toMatch(/^INTACT {2}5 entries in 1 log/m);
  expect(stdout).toMatch(/^Calls +3 /m);
  expect(stdout).toMatch(/^ada +2 /m);
  expect(stdout).toMatch(/^rate_limit_exceeded +429 +error +1 /m);
});

test("the command to check the log names the key that was given, else a file for the one that was handed over: never the journal's own", async () => {
  const directory = await sampleJournal(calls);
  const hint = async (...flags: string[]) => {
    const { stdout } = await runCli(["report", directory, ...flags]);
    return stdout
      .trimEnd()
      .split("\n")
      .at(-1)!
      .replace(/^check it yourself(| \(public-key\.txt: the key that you were handed\)) {2}npx /, "$1>")
      .replace(directory, "DIR");
  };
  const mine = join(newDirectory(), "public-key.txt");
  const key = readFileSync(join(directory, "public-key"), "utf8");
  writeFileSync(mine, key);
  const handed =
    " (public-key.txt: the key that you were handed)>openrouter-audit verify DIR --key @public-key.txt";
  expect(await hint("--no-verify")).toBe(handed);
  const shown = await hint();
  expect(shown.startsWith(handed)).toBe(true);
  const [place, ...words] = shown.split("verify ")[1]!.replace("@public-key.txt", `@${mine}`).split(" ");
  expect((await runCli(["verify", place!.replace("DIR", directory), ...words])).code).toBe(0);

  expect(await hint("--key", `@${mine}`)).toBe(`>openrouter-audit verify DIR --key @${mine}`);
  expect(await hint("--key", key.trim())).toBe(`>openrouter-audit verify DIR --key ${key.trim()}`);

  // What is handed on is read where that file is not.
  const page = await runCli(["report", directory, "--markdown"]);
  expect(page.stdout).toContain(`verify ${directory} --key @public-key.txt\n`);
});

test("--json has everything, and what the sums are of", async () => {
  const report = await reportOf(await sampleJournal(calls), "--period", "24h");
  expect(report).toMatchObject({
    report_version: 1,
    source: { kind: "journal" },
    totals: { calls: 3, success: 2, error: 1, cost_usd: 0.000706 },
    by_user: {
      rows: [
        { key: "ada", calls: 2 },
        { key: "grace", calls: 1 },
      ],
    },
    verification: { result: "intact", key_source: "journal" },
  });
  expect(Date.parse(report.period.until!) - Date.parse(report.period.since!)).toBe(86_400_000);
  expect(report.compared_with?.until).toBe(report.period.since);
  expect(report).not.toHaveProperty("failures");
});

test("--no-verify leaves the verdict out, and --key says whose", async () => {
  const directory = await sampleJournal(good);
  expect((await reportOf(directory, "--no-verify")).verification).toBeNull();
  const key = readFileSync(join(directory, "public-key"), "utf8").trim();
  const file = join(directory, "given");
  writeFileSync(file, key);
  expect((await reportOf(directory, "--key", `@${file}`)).verification).toMatchObject({
    key,
    key_source: "given",
  });
});

describe("periods", () => {
  const now = new Date("2026-11-26T12:00:00.000Z");
  const period = (text: string) => periodOf(text, now);
  const stretch = (text: string) => stretchOf(text, now);
  const told = (asked: Parameters<typeof reportPeriod>[0]) => {
    const { since, until } = reportPeriod(asked, now);
    return [since?.toISOString() ?? null, until?.toISOString() ?? null];
  };

  test.each([
    [{}, null, null],
    [{ period: stretch("24h") }, "2026-11-25T12:00:00.000Z", "2026-11-26T12:00:00.000Z"],
    [{ period: stretch("yesterday") }, "2026-11-25T00:00:00.000Z", "2026-11-26T00:00:00.000Z"],
    [{ period: stretch("2026-11") }, "2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    [{ period: stretch("2026-11-24T10") }, "2026-11-24T10:00:00.000Z", "2026-11-24T11:00:00.000Z"],
    [{ since: period("7d") }, "2026-11-19T12:00:00.000Z", "2026-11-26T12:00:00.000Z"],
    [{ until: period("2026-10") }, null, "2026-11-01T00:00:00.000Z"],
    [
      { since: period("2026-10"), until: period("2026-10") },
      "2026-10-01T00:00:00.000Z",
      "2026-11-01T00:00:00.000Z",
    ],
  ])("%j", (asked, since, until) => {
    expect(told(asked)).toEqual([since, until]);
  });

  test.each([
    [["--period", "now"], "That is a moment, and no period: say 24h, 7d,"],
    [["--period", "2026-10-14T10:00:00Z"], "or what is from it on, --since 2026-10-14T10:00:00Z."],
    [["--expect-models", ""], "'--expect-models <names>' argument '' is invalid."],
    [["--period", "soon"], "Say 24h, 7d, today"],
    [["--period", "24h", "--since", "7d"], "not both"],
    [["--since", "2026-11", "--until", "2026-10"], "Nothing can match: --since is not before --until."],
    [["--since", "2999"], "Nothing can match: --since is not before now."],
  ])("%j is refused before anything is read", async (flags, why) => {
    const { code, stdout, stderr } = await runCli(["report", "/nowhere", ...flags]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(why);
  });
});

describe("into a file", () => {
  test.each([
    ["r.html", /^<!doctype html>/],
    ["r.md", /^# /],
    ["r.csv", /^section,key,calls,/],
    ["r.json", /^\{"report_version":1,/],
    ["r.txt", /^Everything recorded/],
  ])("%s has the form of its ending, and is readable for its owner alone", async (name, beginning) => {
    const [directory, out] = [await sampleJournal(good), newDirectory()];
    const before = process.umask(0o000);
    const { code, stdout, stderr } = await runCli(["report", directory, "-o", join(out, name)]);
    process.umask(before);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(out, name), "utf8")).toMatch(beginning);
    expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(out)).toEqual([name]);
  });

  test("a form that is named wins over the ending; a person is told what was made; no colour gets into it", async () => {
    const [directory, file] = [await sampleJournal(good), join(newDirectory(), "report.txt")];
    const ran = await runCli(["report", directory, "-o", file, "--markdown"], { columns: 80 });
    expect(ran.stderr).toBe(`${file}: Everything recorded.\n`);
    expect(readFileSync(file, "utf8")).toMatch(/^# /);
    await runCli(["report", directory, "-o", file, "--force"], { columns: 80, env: { FORCE_COLOR: "1" } });
    expect(readFileSync(file, "utf8")).not.toContain("\x1b");
  });

  test("one that is there stays, unless it is said that it may go; then what a link points at stays", async () => {
    const [directory, out] = [await sampleJournal(good), newDirectory()];
    const [file, link] = [join(out, "report.html"), join(out, "link.html")];
    writeFileSync(file, "mine");
    symlinkSync(file, link);
    for (const path of [file, link]) {
      const { code, stderr } = await runCli(["report", directory, "-o", path]);
      expect(code).toBe(3);
      expect(stderr).toBe(
        `openrouter-audit: ${path} is there already, and nothing was written: say --force, or another name.\n`,
      );
    }
    expect((await runCli(["report", directory, "-o", link, "--force"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readFileSync(link, "utf8")).toMatch(/^<!doctype/);
    expect(readdirSync(out).sort()).toEqual(["link.html", "report.html"]);
  });

  test("what cannot be written, or in no form that is known, is said", async () => {
    const directory = await sampleJournal(good);
    const unknown = await runCli(["report", directory, "-o", "report.pdf"]);
    expect(unknown).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/report\.pdf does not end in .*\.html/),
    });
    const nowhere = await runCli(["report", directory, "-o", "/nowhere/r.md"]);
    expect(nowhere).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/Cannot write \/nowhere\/r\.md: there is no directory \/nowhere/),
    });
    const out = newDirectory();
    mkdirSync(join(out, "r.md"));
    const onto = await runCli(["report", directory, "-o", join(out, "r.md"), "--force"]);
    expect(onto).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/Cannot write .*r\.md: (EISDIR|ENOTEMPTY|EEXIST)/),
    });
    expect(readdirSync(out)).toEqual(["r.md"]);
  });
});

describe("--fail-on", () => {
  test("exits with 1 and says why, one line each, in words of our own", async () => {
    const directory = await sampleJournal(async (call) => {
      await calls(call);
      await call(null, "openai/gpt-4o-mini");
    });
    const flags = ["--expect-zdr", "--expect-models", "anthropic/*", "--fail-on"];
    const { code, stdout, stderr } = await runCli([
      "report",
      directory,
      ...flags,
      failOnNames.join(","),
      "--json",
    ]);
    expect(code).toBe(1);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^policy: 8 policy exceptions \(model, zdr\)$/),
      "errors: 1 of 4 calls failed (25.0%)",
    ]);
    const { failures } = JSON.parse(stdout) as { failures: { reason: string; message: string }[] };
    expect(failures.map(({ reason, message }) => `${reason}: ${message}`)).toEqual(lines);
  });

  test("exits with 0 and says nothing when none of it was found", async () => {
    const flags = ["--fail-on", "anomalies,gaps,unattributed,unverified,errors"];
    const { code, stderr } = await runCli(["report", await sampleJournal(good), ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = await reportOf(await sampleJournal(good), ...flags);
    expect(report.failures).toEqual([]);
  });

  test("each reason is found where it stands, and only there", async () => {
    const fine = await reportOf(await sampleJournal(good));
    expect(failuresIn(fine, failOnNames)).toEqual([]);
    const [rule] = fine.unusual_rules;
    const exception = {
      rule: "zdr",
      user_id: "ada",
      subject: "m",
      calls: 2,
      first_seen: "",
      last_seen: "",
    } as const;
    const gap = { log: "l", reason: null, count: 3, since: null, until: null };
    const changed: [Partial<Report>, string][] = [
      [
        { unusual_rules: [{ ...rule!, found: 2 }] },
        `anomalies: unusual activity: 2 ${rule!.rule} (${rule!.scope})`,
      ],
      [
        { policy: { ...fine.policy, exceptions: [exception], others: { groups: 1, calls: 5 } } },
        "policy: 7 policy exceptions (zdr)",
      ],
      [
        { completeness: { ...fine.completeness, gaps: [gap], other_gaps: 1, lost_entries: 4 } },
        "gaps: something is missing: 2 gaps with 4 lost entries",
      ],
      [
        { completeness: { ...fine.completeness, orphans: { running: 3, orphaned: 1 }, unreadable_lines: 1 } },
        "gaps: something is missing: 1 call without an end, 1 unreadable line",
      ],
      [
        { attribution: { ...fine.attribution, anonymous: 9, unresolved: 1 } },
        "unattributed: 1 of 1 call cannot be attributed to anybody",
      ],
      [{ verification: null }, "unverified: the log was not verified"],
      [
        { verification: { ...fine.verification!, result: "incomplete", problem_count: 2 } },
        "unverified: the log is incomplete: 2 problems, see openrouter-audit verify",
      ],
      [
        { verification: { ...fine.verification!, result: "not_verified", reason: "No key." } },
        "unverified: the log was not verified: No key.",
      ],
      [{ totals: { ...fine.totals, error: 1 } }, "errors: 1 of 1 call failed (100%)"],
    ];
    for (const [change, line] of changed)
      expect(
        failuresIn({ ...fine, ...change }, failOnNames).map(({ reason, message }) => `${reason}: ${message}`),
      ).toEqual([line]);
  });

  test.each([
    [
      ["--fail-on", "anomaly"],
      "Say one or several of anomalies,policy,gaps,silent,unattributed,unverified,errors.",
    ],
    [["--fail-on", ""], "Say one or several of"],
    [["--fail-on", "gaps,policy"], "--fail-on policy needs to know what calls should be"],
    [["--fail-on", "unverified", "--no-verify"], "choose one"],
    [["--fail-on", "gaps", "--silent-after", "1h"], "say both"],
    [["--fail-on", "silent", "--silent-after", "yesterday"], "Say a number and s, m, h, d or w"],
  ])("%j is refused before anything is read", async (flags, why) => {
    const { code, stdout, stderr } = await runCli(["report", "/nowhere", ...flags]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(why);
  });
});

test("a key that was mistyped is a mistake, and no report", async () => {
  const ran = await runCli(["report", await sampleJournal(good), "--key", "garbage"]);
  expect(ran).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("public key is none") });
});

test("a log that nothing is written to any longer is an alarm, and not good news", async () => {
  const directory = await sampleJournal(good);
  const day = journalFile(directory).name.slice(6, 16);
  const nothing = `nothing was recorded in this time; the log has ${day} to ${day}`;
  const { code, stdout, stderr } = await runCli([
    "report",
    directory,
    ...["--period", "2026-01", "--fail-on", "anomalies,gaps,silent"],
  ]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `silent: ${nothing}\n` });
  expect(stdout).toContain(`! Nothing was recorded in this time: the log has entries from ${day} to ${day}`);

  const report = await reportOf(directory, "--since", "24h", "--fail-on", "silent", "--silent-after", "1h");
  expect(report.failures).toEqual([]);
  const newest = report.newest_entry!;
  const at = (ms: number) => new Date(Date.parse(newest) + ms).toISOString();
  const hour = 3_600_000;
  const failures = (changed: Partial<Report>) => failuresIn({ ...report, ...changed }, ["silent"], hour);
  const period = (until: string) => ({ since: null, until });
  expect(failures({ generated_at: at(hour + 1), period: period(at(hour + 1)) })).toEqual([
    { reason: "silent", message: `nothing was recorded after ${newest}` },
  ]);
  // At the end of a period that is over, and not now; and not at the end of one that goes on.
  expect(failures({ generated_at: at(99 * hour), period: period(at(hour)) })).toEqual([]);
  expect(failures({ generated_at: at(hour), period: period(at(99 * hour)) })).toEqual([]);
  expect(failuresIn({ ...report, generated_at: at(99 * hour) }, ["silent"])).toEqual([]);
});

test("of a log that is tampered with there is a report, which says so, and the exit code is 1", async () => {
  const directory = await sampleJournal(calls);
  journalFile(directory).rewrite((lines) => lines.map((line) => line.replace('"grace"', '"eve"')));
  const { code, stdout, stderr } = await runCli(["report", directory]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^TAMPERED /m);
  expect(stderr).toBe("tampered: this log is not what was sealed, see openrouter-audit verify\n");
  const failing = await runCli(["report", directory, "--fail-on", "unverified"]);
  expect(failing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^unverified: the log is tampered: [^\n]+\n$/),
  });
});

test("who has had enough is told that it stopped, and no file is made", async () => {
  const file = join(newDirectory(), "report.md");
  const started = startCli(["report", await sampleJournal(good), "-o", file]);
  started.interrupt();
  expect(await started.code).toBe(3);
  expect(started.stderr.read().toString()).toBe("Stopped.\n");
  expect(() => statSync(file)).toThrow(/ENOENT/);
});

test("where there is no journal, that is said, and an empty one is not taken for good news", async () => {
  const { code, stderr } = await runCli(["report", newDirectory()]);
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining("There is no journal in") });
  const url = await runCli(["report", "mysql://ada:pw@db/audit"]);
  expect(url).toMatchObject({ code: 3, stderr: expect.stringContaining("mysql://…") });
});

test("a report is a reading, with what was asked for", async () => {
  const [directory, reads] = [await sampleJournal(good), newDirectory()];
  const env = { OPENROUTER_AUDIT_READS_DIR: reads, OPENROUTER_AUDIT_SECRET: secret };
  expect((await runCli(["report", directory, "--expect-zdr", "--until", "now"], { env })).code).toBe(0);
  const details = journalFile(reads)
    .lines.map((line) => JSON.parse(line))
    .filter(({ event_type }) => event_type === "audit.read")
    .map(({ detail }) => detail);
  const asked = { expect: { zdr: true }, period: { until: expect.stringMatching(/Z$/) }, verify: true };
  expect(details).toEqual([
    expect.objectContaining({ state: "begun", doing: "report", source: directory, parameters: asked }),
    expect.objectContaining({ state: "ended", outcome: "complete", doing: "report" }),
  ]);
});

test("a person who waits sees what is read, and then what is verified", () => {
  const written: string[] = [];
  const output = { isTTY: true, write: (text: string) => written.push(text) } as never;
  let now = 0;
  const phases = phasesOn(output, () => now);
  for (const doing of ["reading", "verifying"])
    for (const bytes of [1, 2]) {
      phases.report({ doing, bytes, totalBytes: 4 });
      now += 1500;
    }
  phases.end();
  expect(written.map((text) => text.replace(/^\r\x1b\[K/, "").split(" ")[0])).toEqual([
    "reading",
    "",
    "verifying",
    "",
  ]);
});

import { appendFileSync } from "node:fs";
import type { AuditEntry } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal } from "./sample-journal.ts";

const severalCalls = async (call: Call) => {
  await call("ada", "openai/gpt-4o-mini");
  await call("grace", "anthropic/claude-sonnet-4.5");
  await call("ada", "openai/gpt-5-mini", { status: 429 });
  await call(null, "openai/gpt-4o-mini");
};

const linesOf = (text: string) => text.trimEnd().split("\n");

test("the table shows who called which model, what became of it and what it took", async () => {
  const directory = await sampleJournal(severalCalls);
  const { code, stdout } = await runCli(["query", directory]);
  expect(code).toBe(0);
  const [head, ...rows] = linesOf(stdout);
  expect(head).toMatch(/^time \(UTC\) +user +model +status +tokens +cost +latency +error$/);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatch(/ada +openai\/gpt-4o-mini +success +1,412 → 235 +\$0\.00035 +\d+ ms$/);
});

test("what was not measured is a dash, never a zero, and nobody is told apart from somebody", async () => {
  const directory = await sampleJournal(severalCalls);
  const rows = linesOf((await runCli(["query", directory])).stdout);
  expect(rows[3]).toMatch(/gpt-5-mini +error +— +— +\d+ ms +rate_limit_exceeded 429$/);
  expect(rows[4]).toMatch(/ — anonymous +openai/);
});

test("--calls leaves out what is recorded beside calls, and is no question about the log itself", async () => {
  const directory = await sampleJournal(async (call, audit) => {
    await call("ada", "openai/gpt-4o-mini");
    await audit.record({ event_type: "answer.approved", user_id: "ada" });
  });
  const found = async (...flags: string[]) =>
    linesOf((await runCli(["query", directory, "--json", "--user", "ada", ...flags])).stdout).map(
      (line) => JSON.parse(line).event_type,
    );
  expect(await found()).toEqual(["chat_completion", "answer.approved"]);
  expect(await found("--calls")).toEqual(["chat_completion"]);
  for (const flag of ["--system", "--orphans"])
    expect((await runCli(["query", directory, "--calls", flag])).code).toBe(3);
});

test.each([
  [["--user", "ada"], 2],
  [["--user", "ada", "--status", "error"], 1],
  [["--model", "openai/*"], 3],
  [["--model", "anthropic/claude-sonnet-4.5"], 1],
  [["--type", "chat_completion"], 4],
  [["--type", "audit.opened"], 1],
  [["--since", "24h"], 4],
  [["--since", "today", "--until", "today"], 4],
  [["--until", "24h"], 0],
  [["--limit", "2"], 2],
])("query %j finds %i", async (flags, expected) => {
  const directory = await sampleJournal(severalCalls);
  const { code, stdout } = await runCli(["query", directory, "--json", ...flags]);
  expect(code).toBe(0);
  expect(linesOf(stdout).filter(Boolean)).toHaveLength(expected);
});

test.each(["query", "sql"])("%s --limit 0 asks for nothing, and is refused", async (command) => {
  expect(await runCli([command, "--limit", "0"])).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining("Give a whole number, 1 or more."),
  });
});

test("--limit takes the newest and keeps their order", async () => {
  const directory = await sampleJournal(severalCalls);
  const { stdout, stderr } = await runCli(["query", directory, "--limit", "3"]);
  expect(
    linesOf(stdout)
      .slice(1)
      .map((row) => row.split(/ {2,}/)[1]),
  ).toEqual(["grace", "ada", "— anonymous"]);
  expect(stderr).toMatch(
    /^These are the newest 3; there are more\. The next ones, with the same conditions: --cursor [\w-]+\n$/,
  );
});

test("--json gives each entry as it stands in the journal", async () => {
  const directory = await sampleJournal(severalCalls);
  const { stdout } = await runCli(["query", directory, "--json", "--limit", "1"]);
  expect(journalFile(directory).lines).toContain(stdout.trimEnd());
});

test("text of the log can't drive the terminal, hide, or break the line", async () => {
  const directory = await sampleJournal(async (call) => {
    await call("eve\x1b[31m\u202egnp.exe\u2028\u009b2J\n\u200b", "evil/\x07model\x1b]0;title\x07");
  });
  for (const flags of [[], ["--wide"], ["--csv"], ["--json"]]) {
    const { stdout } = await runCli(["query", directory, ...flags], { columns: 500 });
    const text = stdout.replaceAll("\n", "").replaceAll(/\x1b\[(2|22|32|39)m/g, "");
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
  const { stdout } = await runCli(["query", directory]);
  expect(stdout).toContain("eve\\e[31m\\u{202e}gnp.exe\\u{2028}\\u{9b}2J\\n\\u{200b}");
  const { stdout: json } = await runCli(["query", directory, "--json"]);
  expect((JSON.parse(json) as AuditEntry).user_id).toBe("eve\x1b[31m\u202egnp.exe\u2028\u009b2J\n\u200b");
});

test("a cell of the CSV cannot become a formula, and null is an empty cell", async () => {
  const directory = await sampleJournal(async (call) => {
    for (const user of ['=HYPERLINK("http://evil","x")', "+1", "-1", "@SUM(A1)", "\t=1"])
      await call(user, "a/b");
    await call(null, "a/b", { status: 500 });
  });
  const { stdout } = await runCli(["query", directory, "--csv"]);
  const [head, ...rows] = linesOf(stdout);
  expect(head).toMatch(/^timestamp,event_type,user_id,/);
  expect(rows.map((row) => row.split(",chat_completion,")[1]!.split(",authenticated")[0])).toEqual([
    '"\'=HYPERLINK(""http://evil"",""x"")"',
    "'+1",
    "'-1",
    "'@SUM(A1)",
    "\\t=1",
    expect.stringMatching(/^,anonymous/),
  ]);
  expect(rows.at(-1)).toContain(",,,,");
});

test("lines that are no entries are counted on stderr, and the rest is shown", async () => {
  const directory = await sampleJournal(severalCalls);
  appendFileSync(journalFile(directory).path, "what is this\n{}\n");
  const { code, stdout, stderr } = await runCli(["query", directory]);
  expect(code).toBe(0);
  expect(linesOf(stdout)).toHaveLength(5);
  expect(stderr).toContain("2 lines skipped");
});

test.each([40, 60, 80, 100, 120])("the table fits a terminal of %i columns", async (columns) => {
  const directory = await sampleJournal(async (call) => {
    await call("somebody.with.a.very.long.name@example.com", "mistralai/mistral-small-3.2-24b-instruct:free");
    await call("漢字漢字漢字漢字漢字漢字漢字", "openai/gpt-4o-mini", { status: 429 });
  });
  const { stdout } = await runCli(["query", directory, "--no-color"], { columns });
  for (const line of linesOf(stdout)) {
    const width = [...line].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
    expect(width).toBeLessThanOrEqual(columns);
  }
});

test("colours are for terminals, and can be refused", async () => {
  const directory = await sampleJournal(severalCalls);
  const green = "\x1b[32msuccess\x1b[39m";
  expect((await runCli(["query", directory], { columns: 120 })).stdout).toContain(green);
  expect((await runCli(["query", directory])).stdout).not.toContain("\x1b");
  expect((await runCli(["query", directory, "--no-color"], { columns: 120 })).stdout).not.toContain("\x1b");
  const refused = await runCli(["query", directory], { columns: 120, env: { NO_COLOR: "1" } });
  expect(refused.stdout).not.toContain("\x1b");
});

test("a time that is none is refused with those that are understood", async () => {
  const { code, stderr } = await runCli(["query", newDirectory(), "--since", "last tuesday"]);
  expect(code).toBe(3);
  expect(stderr).toContain("Say 24h, 7d, today, yesterday, 2026, 2026-11, 2026-11-24");
});

test("a range that holds nothing is a mistake, not an empty answer", async () => {
  const directory = await sampleJournal(severalCalls);
  const { code, stderr } = await runCli(["query", directory, "--since", "today", "--until", "2020"]);
  expect(code).toBe(3);
  expect(stderr).toContain("--since is not before --until");
});

test("when nothing matches, that is said on stderr", async () => {
  const directory = await sampleJournal(severalCalls);
  expect(await runCli(["query", directory, "--user", "nobody"])).toEqual({
    code: 0,
    stdout: "",
    stderr: `No entries match.\nThe log has ${journalFile(directory).name.slice(6, 16)}.\n`,
  });
});

test("a directory without a journal is said to be one", async () => {
  const { code, stderr } = await runCli(["query", newDirectory()]);
  expect(code).toBe(3);
  expect(stderr).toContain("There is no journal in");
});

test("an entry that somebody else forged is shown, whatever stands in it", async () => {
  const directory = await sampleJournal(async () => undefined);
  const { path, lines } = journalFile(directory);
  const seal = /,"chain_hash":.*$/.exec(lines[0]!)![0];
  const forged = { event_type: "chat_completion", id: "x", log: "y", seq: 1, timestamp: "not a time" };
  const odd = {
    user_id: { a: 1 },
    attribution: 7,
    model: ["m"],
    status: 5,
    cost_usd: "free",
    error_type: {},
    request: "r",
  };
  appendFileSync(path, `${JSON.stringify(forged).slice(0, -1)}${seal}\n`);
  appendFileSync(path, `${JSON.stringify({ ...forged, id: "z", ...odd }).slice(0, -1)}${seal}\n`);
  for (const flags of [[], ["--wide"], ["--csv"]]) {
    const { code, stdout, stderr } = await runCli(["query", directory, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("not a time");
  }
});

describe("entries that the log says were lost", () => {
  const gapLine = (line: string, detail: object, more: object = {}) => {
    const [seal] = /,"chain_hash":.*$/.exec(line)!;
    const { chain_hash, signature, ...entry } = JSON.parse(line) as AuditEntry;
    const gap = { ...entry, id: "gap", event_type: "audit.gap", detail, timestamp: "2026-01-02T10:06:00Z" };
    return `${JSON.stringify({ ...gap, ...more }).slice(0, -1)}${seal}\n`;
  };
  const outage = {
    reason: "journal_unwritable",
    count: 12,
    since: "2026-01-02T10:00:00.000Z",
    until: "2026-01-02T10:05:00.000Z",
  };
  async function withGaps(...gaps: [detail: object, more?: object][]) {
    const directory = await sampleJournal(severalCalls);
    const { path, lines } = journalFile(directory);
    for (const [detail, more] of gaps) appendFileSync(path, gapLine(lines[0]!, detail, more));
    return directory;
  }

  test.each([[[]], [["--user", "ada"]], [["--json"]], [["--csv"]], [["--until", "2026-01-02T10:05"]]])(
    "are named on stderr, whatever is asked for: %j",
    async (flags) => {
      const directory = await withGaps([outage]);
      const { stderr } = await runCli(["query", directory, ...flags]);
      expect(stderr).toContain("12 entries are missing here, of any user and model");
      expect(stderr).toContain("  12 journal_unwritable, 2026-01-02 10:00:00 to 2026-01-02 10:05:00 UTC\n");
    },
  );

  test("are not, when another time is asked for", async () => {
    const directory = await withGaps([outage]);
    for (const flags of [
      ["--since", "2026-01-02T10:06"],
      ["--until", "2026-01-02T10:00"],
    ])
      expect((await runCli(["query", directory, ...flags])).stderr).not.toContain("missing");
  });

  test("count once when the line was written twice, and add up when there are more", async () => {
    const directory = await withGaps([outage], [outage], [{ ...outage, count: 1 }, { id: "another" }]);
    expect((await runCli(["query", directory])).stderr).toContain("13 entries are missing here");
  });

  test("are shown with their number, and what the log says of itself with --wide", async () => {
    const directory = await withGaps([outage]);
    const brief = await runCli(["query", directory, "--type", "audit.gap"], { columns: 100 });
    expect(brief.stdout).toContain("audit.gap: 12 lost");
    const wide = await runCli(["query", directory, "--type", "audit.*", "--wide"]);
    expect(wide.stdout).toContain("reason=journal_unwritable count=12 since=2026-01-02T10:00:00.000Z");
    expect(wide.stdout).toMatch(/audit\.opened .*heartbeat_ms=300000/);
  });

  test("cannot drive the terminal, nor fill it, by what somebody wrote there", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 99 }, (_none, index) => [`m${index}`, "x".repeat(50)]),
    );
    const directory = await withGaps([{ count: "\x1b[31m", reason: { a: "\u202e" }, since: 7, ...many }]);
    for (const flags of [[], ["--wide"]]) {
      const { stdout, stderr } = await runCli(["query", directory, "--type", "audit.gap", ...flags]);
      expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(stderr).toContain("0 entries are missing here");
      expect(stdout.length).toBeLessThan(2000);
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describedColumns } from "@openrouter-audit/analysis";
import { runCli, startCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

let directory: string;
beforeAll(async () => {
  directory = await sampleJournal(
    async (call, audit) => {
      await call("u-1", "openai/gpt-4o-mini");
      await call("=cmd|' /C calc'!A0", "anthropic/claude-sonnet-4");
      await call("u-1", "openai/gpt-4o", { status: 500 });
      await audit.record({
        event_type: "test.text",
        user_id: "u-2",
        metadata: { feature: "\u001b[31mred\u202e" },
      });
    },
    mkdtempSync(join(tmpdir(), "openrouter-audit-cli-")),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const sql = (...words: string[]) => runCli(["sql", ...words]);

test("a question is answered as a table, and what nobody measured is no zero", async () => {
  const text =
    "select model, count(*) as calls, sum(prompt_tokens) as tokens from entries where event_type = 'chat_completion' group by model order by tokens desc nulls last, model";
  expect(await sql(text, directory)).toEqual({
    code: 0,
    stderr: "",
    stdout: [
      "model                      calls  tokens",
      "anthropic/claude-sonnet-4      1    1412",
      "openai/gpt-4o-mini             1    1412",
      "openai/gpt-4o                  1       —",
      "",
    ].join("\n"),
  });
});

test("the statement comes as a word, from a file, or from standard input", async () => {
  const text = "select count(*) as n from entries where user_id = 'u-1'\n";
  const file = join(newDirectory(), "question.sql");
  writeFileSync(file, text);
  const answers = [
    await sql(text, directory, "--json"),
    await sql("--file", file, directory, "--json"),
    await runCli(["sql", "-", directory, "--json"], { stdin: text }),
    await runCli(["sql", text, "--json"], { env: { OPENROUTER_AUDIT_DIR: directory } }),
  ];
  for (const answer of answers) expect(answer).toEqual({ code: 0, stderr: "", stdout: '{"n":2}\n' });
});

test("JSON has values, one object a line, and no name is lost", async () => {
  const text = `select 9007199254740993 as big, entry->'attribution' as who, "timestamp" as n, 1 as n, null as nothing from entries where user_id = 'u-2'`;
  const { stdout } = await sql(text, directory, "--json");
  expect(JSON.parse(stdout)).toEqual({
    big: "9007199254740993",
    who: { how: "authenticated", source: "context" },
    n: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    n_2: 1,
    nothing: null,
  });
});

test("in CSV no text is a formula, and a negative number stays one", async () => {
  const text =
    "select user_id, -1.5::double as number, null as nothing, true as yes from entries where user_id like '=%'";
  expect((await sql(text, directory, "--csv")).stdout).toBe(
    `user_id,number,nothing,yes\n"'=cmd|' /C calc'!A0",-1.5,,true\n`.replaceAll('"', ""),
  );
});

test("text of the log cannot drive the terminal", async () => {
  const text = "select feature, feature as \"\u001b]0;title\u0007\" from entries where user_id = 'u-2'";
  for (const flags of [[], ["--wide"], ["--json"], ["--csv"]]) {
    const { stdout } = await sql(text, directory, ...flags);
    expect(stdout).toMatch(/31mred/);
    expect(stdout).not.toMatch(/[\u001b\u202e\u0007]/);
  }
});

test("a table shows the first rows, fits the terminal, and says what it leaves out", async () => {
  const many = "select range as n from range(250)";
  const few = await sql(many, directory);
  expect(few.stdout.trimEnd().split("\n")).toHaveLength(101);
  expect(few.stderr).toBe(
    "These are the first 100 rows; there are more: --limit shows them, --json and --csv give all.\n",
  );
  expect((await sql(many, directory, "--limit", "3")).stdout).toBe("n\n0\n1\n2\n");
  expect((await sql(many, directory, "--json")).stdout.trimEnd().split("\n")).toHaveLength(250);
  const wide = await runCli(["sql", "select * from entries", directory], { columns: 80 });
  const plain = wide.stdout.replaceAll(/\u001b\[\d+m/g, "");
  expect(Math.max(...plain.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(wide.stderr).toMatch(/^\d+ columns left out/);
  expect(await sql("select id from entries where false", directory)).toEqual({
    code: 0,
    stdout: "",
    stderr: "No rows.\n",
  });
});

test("lines that are no entries are counted on stderr", async () => {
  const damaged = newDirectory();
  writeFileSync(
    join(damaged, journalFile(directory).name),
    `${journalFile(directory).lines.join("\n")}\nno entry\n`,
  );
  const { stdout, stderr, code } = await sql("select count(*) as n from entries", damaged, "--json");
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"n":6}\n' });
  expect(stderr).toMatch(/^1 line skipped: not an audit entry/);
});

test("a period is said in people's words", async () => {
  const text = "select count(*) as n from entries";
  expect((await sql(text, directory, "--since", "1h", "--json")).stdout).toBe('{"n":6}\n');
  expect((await sql(text, directory, "--until", "2020", "--json")).stdout).toBe('{"n":0}\n');
  expect((await sql(text, directory, "--since", "2021", "--until", "2020")).code).toBe(3);
});

test("the columns are listed without asking anything", async () => {
  const { stdout, code } = await sql("--columns");
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(describedColumns.length + 1);
  expect(stdout).toMatch(/^data_collection +text +policy\.data_collection$/m);
});

test.each<[string[], RegExp]>([
  [
    ["select nope from entries"],
    /The statement is not right: .*nope.*\nline 1: select nope from entries\n {15}\^\n$/,
  ],
  [["drop table entries"], /Only one statement is taken, and one that reads/],
  [["select * from read_text('/etc/passwd')"], /Nothing but the views calls, entries and lines can be read/],
  [[], /Give a statement/],
  [
    ["./audit_logs", "select 1"],
    /The statement comes first, and then the place: openrouter-audit sql "select …" \.\/audit_logs\./,
  ],
  [
    ["postgres://me:hunter2@db/x", "with x as (select 1) table x"],
    /comes first, .* "select …" postgres:\/\/…\./,
  ],
  [["--file", "/nowhere/question.sql"], /Cannot read \/nowhere\/question\.sql/],
])("%j: exit code 3, and what to do", async (words, said) => {
  const { code, stdout, stderr } = await runCli(["sql", ...words], {
    env: { OPENROUTER_AUDIT_DIR: directory },
  });
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(said);
});

test("a place without a journal says so", async () => {
  const { code, stderr } = await sql("select 1 from entries", newDirectory());
  expect(code).toBe(3);
  expect(stderr).toContain("There is no journal in");
});

test("who asked what is recorded where readings are, before it is answered", async () => {
  const reads = join(newDirectory(), "reads");
  const env = { OPENROUTER_AUDIT_READS_DIR: reads, OPENROUTER_AUDIT_SECRET: secret };
  const text = "select id from entries where user_id = 'u-1'";
  expect((await runCli(["sql", text, directory, "--json"], { env })).code).toBe(0);
  expect((await runCli(["sql", "select nope from entries", directory], { env })).code).toBe(3);
  const details = journalFile(reads)
    .lines.map((line) => JSON.parse(line))
    .filter(({ event_type }) => event_type === "audit.read")
    .map(({ detail }) => detail);
  expect(details).toMatchObject([
    { state: "begun", doing: "sql", source: directory, parameters: { statement: text } },
    { state: "ended", outcome: "complete", rows: 2 },
    { state: "begun", parameters: { statement: "select nope from entries" } },
    { state: "ended", outcome: "failed", rows: 0 },
  ]);
});

test("an interruption stops it", async () => {
  const endless =
    "select count(*) as n from lines as a, range(1000000000) as b, range(1000) as c where a.id || b.range || c.range = 'x'";
  const started = startCli(["sql", endless, directory]);
  started.interrupt();
  started.stdout.resume();
  expect(await started.code).toBe(3);
  expect(String(started.stderr.read())).toBe("Stopped.\n");
});

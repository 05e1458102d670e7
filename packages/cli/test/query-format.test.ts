import { appendFileSync } from "node:fs";
import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal } from "./sample-journal.ts";

const formats = ["ocsf", "cloudevents", "ecs", "cef"];
const linesOf = (text: string) => text.trimEnd().split("\n");

const calls = async (call: Call) => {
  await call("ada", "openai/gpt-4o-mini");
  await call("grace", "openai/gpt-5-mini", { status: 429 });
};

/** The line that each format holds. */
const lineIn: Readonly<Record<string, (text: string) => string>> = {
  ocsf: (text) => JSON.parse(text).raw_data,
  ecs: (text) => JSON.parse(text).event.original,
  cloudevents: (text) => lineOf(JSON.parse(text).data),
  cef: (text) => {
    const value = text.split(" OpenrouterAuditLine=")[1]!.replace(/\\([=\\])/g, "$1");
    return lineOf(JSON.parse(value) as AuditEntry);
  },
};

test.each(formats)(
  "--format %s gives an entry a line, with the line of the journal in it",
  async (format) => {
    const directory = await sampleJournal(calls);
    const { code, stdout, stderr } = await runCli(["query", directory, "--system", "--format", format]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(linesOf(stdout).map(lineIn[format]!)).toEqual(journalFile(directory).lines);
  },
);

test("the conditions and --limit hold as for other forms", async () => {
  const directory = await sampleJournal(calls);
  const { stdout } = await runCli(["query", directory, "--status", "error", "--format", "ecs"]);
  expect(linesOf(stdout).map((line) => JSON.parse(line).user.id)).toEqual(["grace"]);
  const newest = await runCli(["query", directory, "--limit", "1", "--format", "ocsf"]);
  expect(linesOf(newest.stdout).map((line) => JSON.parse(line).actor.user.uid)).toEqual(["grace"]);
});

test.each(formats)(
  "text of the log can't drive the terminal, hide, or break the line in %s",
  async (format) => {
    const user = "eve\x1b[31m\u202egnp.exe\u2028\u009b2J\n suid=root|\u200b";
    const directory = await sampleJournal(async (call) => call(user, "evil/\x07model"));
    const { stdout } = await runCli(["query", directory, "--format", format], { columns: 80 });
    expect(stdout.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect((JSON.parse(lineIn[format]!(stdout.trimEnd())) as AuditEntry).user_id).toBe(user);
  },
);

test.each(formats)("what somebody else forged is given as %s, whatever stands in it", async (format) => {
  const directory = await sampleJournal(async () => undefined);
  const { path, lines } = journalFile(directory);
  const seal = /,"chain_hash":.*$/.exec(lines[0]!)![0];
  const place = { event_type: "x", id: "x", log: "y", seq: 1, timestamp: "not a time" };
  const odd = {
    ...place,
    user_id: { a: 1 },
    attribution: 7,
    model: ["m"],
    status: 5,
    request: "r",
    detail: "\u202e",
  };
  appendFileSync(path, `${JSON.stringify(odd).slice(0, -1)}${seal}\n`);
  const { code, stdout, stderr } = await runCli(["query", directory, "--format", format]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(linesOf(stdout)).toHaveLength(1);
});

test("a line with half a character is no entry, and counted", async () => {
  const directory = await sampleJournal(async () => undefined);
  const { path, lines } = journalFile(directory);
  appendFileSync(path, `${lines[0]!.replace('"status":"success"', '"status":"\\ud800"')}\n`);
  const { code, stderr } = await runCli(["query", directory, "--system", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("1 line skipped") });
});

test.each(["--json", "--csv", "--wide", "--orphans"])("--format is another form than %s", async (flag) => {
  const { code, stderr } = await runCli(["query", newDirectory(), "--format", "ocsf", flag]);
  expect(code).toBe(3);
  expect(stderr).toContain(`'--format <name>' cannot be used with option '${flag}'`);
});

test("a format that there is not is refused with those that there are", async () => {
  const { code, stderr } = await runCli(["query", newDirectory(), "--format", "leef"]);
  expect(code).toBe(3);
  expect(stderr).toContain("Allowed choices are ocsf, cloudevents, ecs, cef");
});

test("--help says what each format is for", async () => {
  const { stdout } = await runCli(["query", "--help"]);
  for (const format of formats) expect(stdout).toMatch(new RegExp(`${format} \\(`));
});

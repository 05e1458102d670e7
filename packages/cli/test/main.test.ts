import { chmodSync, readFileSync } from "node:fs";
import { version } from "../src/version.ts";
import { runCli } from "./run-cli.ts";
import { sampleJournal } from "./sample-journal.ts";

const commands = [
  "init",
  "verify",
  "anchor",
  "witness",
  "query",
  "tail",
  "delivery",
  "check",
  "keys",
  "prove",
  "prove-consistency",
  "verify-proof",
];

test("--version is the version of the package", async () => {
  const { version: published } = JSON.parse(readFileSync("packages/cli/package.json", "utf8")) as {
    version: string;
  };
  expect(version).toBe(published);
  expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("a journal of somebody else is told of with what to do", async () => {
  const directory = await sampleJournal((call) => call("ada", "openai/gpt-4o-mini"));
  // And what they are made of is loaded by then: the test runner could write none of it to its cache for somebody else.
  for (const command of ["query", "report", "verify"])
    expect(await runCli([command, directory])).toMatchObject({ code: 0, stderr: "" });
  // Root reads everything.
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65534);
  else chmodSync(directory, 0);
  try {
    for (const command of ["query", "report", "verify", "tail"])
      expect(await runCli([command, directory])).toEqual({
        code: 3,
        stdout: "",
        stderr: expect.stringMatching(
          new RegExp(
            `^openrouter-audit: This user may not read ${directory}.* run this as the user of the application`,
          ),
        ),
      });
  } finally {
    if (isRoot) process.seteuid!(0);
    else chmodSync(directory, 0o700);
  }
});

test("--help names every command and gives a first round to try", async () => {
  const { code, stdout } = await runCli(["--help"]);
  expect(code).toBe(0);
  for (const command of commands) expect(stdout).toContain(`\n  ${command} `);
  expect(stdout).toContain("$ openrouter-audit init");
});

test.each(commands)("%s --help has examples", async (command) => {
  const { code, stdout } = await runCli([command, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples:\\n  \\$ openrouter-audit ${command}`));
});

test("without a command the help is shown, and nothing was done", async () => {
  const { code, stdout, stderr } = await runCli([]);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage: openrouter-audit");
});

test.each([
  [["verfy"], "Did you mean verify?"],
  [["query", "--sinc", "24h"], "Did you mean --since?"],
  [["query", "--json", "--csv"], "cannot be used with"],
  [["query", "--status", "fine"], "Allowed choices are success, error, aborted, unknown"],
  [["tail", "-n", "many"], "Give a whole number, 0 or more."],
  [["query", "--limit", "-3"], "Give a whole number, 1 or more."],
  [["query", "a", "b"], "too many arguments"],
  [["\x1b[31mred"], "unknown command '\\e[31mred'"],
])("%j is not understood, and the answer helps", async (argv, help) => {
  const { code, stdout, stderr } = await runCli(argv);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain("openrouter-audit:");
  expect(stderr).toContain(help);
  expect(stderr).toContain("--help");
});

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AuditEntry, readJournal, verifyJournal } from "@openrouter-audit/core";
import { startFakeOpenRouter } from "@openrouter-audit/testing";

const run = promisify(execFile);

/** Who has one in the environment has not asked to spend money. */
const key = "sk-or-v1-of-whoever-tries-this";

/** The demonstration, as `npm run demo -- …` runs it: the built program. */
async function demo(...words: string[]) {
  return demoWith({ OPENROUTER_API_KEY: key }, ...words);
}

async function demoWith(variables: NodeJS.ProcessEnv, ...words: string[]) {
  const env = { ...process.env, ...variables, NO_COLOR: "1", COLUMNS: "120" };
  const { code, stdout, stderr } = await run("node", ["examples/demo/dist/demo.js", ...words], { env }).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, stdout, stderr };
}

describe("npm run demo -- --keep DIR", () => {
  const directory = join(mkdtempSync(join(tmpdir(), "openrouter-audit-")), "kept");
  let shown: string;
  const entries: AuditEntry[] = [];

  beforeAll(async () => {
    const { code, stdout, stderr } = await demo("--keep", directory);
    expect([code, stderr]).toEqual([0, ""]);
    shown = stdout;
    for await (const entry of readJournal(directory)) entries.push(entry);
  }, 60_000);
  afterAll(() => rmSync(join(directory, ".."), { recursive: true }));

  test("leaves the journal and the public key, and no secret", () => {
    expect(readdirSync(directory).sort()).toEqual([expect.stringMatching(/^audit_.*\.jsonl$/), "public-key"]);
  });

  test("the journal is intact, in two closed logs", async () => {
    const key = readFileSync(join(directory, "public-key"), "utf8");
    const { result, logs } = await verifyJournal(directory, { key });
    expect(result).toBe("intact");
    expect(logs.map(({ state }) => state)).toEqual(["closed", "closed"]);
  });

  test("every call of every user is there, as it ended", () => {
    expect(
      entries.map((entry) => [entry.service.name, entry.user_id, entry.status, entry.error_type]),
    ).toEqual([
      ["express-chat", "ada", "success", null],
      ["express-chat", "grace", "success", null],
      ["express-chat", "ada", "success", null],
      ["express-chat", "ada", "success", null],
      ["express-chat", "grace", "error", "not_found"],
      ["nest-chat", "linus", "error", "rate_limit_exceeded"],
      ["nest-chat", "linus", "success", null],
      ["nest-chat", "linus", "aborted", expect.any(String)],
    ]);
    const [, , calling, called, , refused, retried] = entries;
    expect(calling!.tools).toEqual({ offered: ["current_weather"], called: ["current_weather"] });
    expect(called!.metadata).toEqual({ feature: "weather" });
    expect([refused!.attempt, retried!.attempt]).toEqual([1, 2]);
    expect(retried!.call_id).toBe(refused!.call_id);
  });

  test("it talks to the fake, also when there is a key in the environment, and says so", () => {
    expect(shown).toContain("They talk to a fake OpenRouter on this machine, whatever key is set");
  });

  test("it shows the verdict that names the changed line", () => {
    expect(shown).toMatch(/INTACT/);
    const line = /In line (\d+) of (\S+),/.exec(shown)!;
    expect(shown).toContain(`${line[2]}:${line[1]}`);
    expect(shown).toMatch(/ROOT_MISMATCH/);
  });

  test("a second run into the same folder says in one line what to do, and changes nothing", async () => {
    const before = readdirSync(directory);
    expect(await demo("--keep", directory)).toEqual({
      code: 3,
      stdout: "",
      stderr: `The folder ${directory} holds an earlier run: name another, or remove it.\n`,
    });
    expect(readdirSync(directory)).toEqual(before);
  });

  test("nor does it write among other files", async () => {
    const { code, stderr } = await demo("--keep", join(directory, ".."));
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^The folder \S+ is not empty: name another, .*\n$/),
    ]);
  });
});

test.each([
  [
    ["--foo"],
    /^Unknown option '--foo'\. Say npm run demo -- --keep DIR, or npm run demo -- --help for more\.\n$/,
  ],
  [["kept"], /^Unexpected argument 'kept'\. .*--help for more\.\n$/],
  [["--keep"], /^Option '--keep <value>' argument missing\. .*--help for more\.\n$/],
  [["--keep", ""], /^--keep needs the name of a folder.*\n$/],
  [["--keep", "package.json"], /^package\.json is a file.*\n$/],
])("what cannot be done is said in one line: %j", async (words, line) => {
  expect(await demo(...words)).toEqual({ code: 3, stdout: "", stderr: expect.stringMatching(line) });
});

describe("--live", () => {
  test("talks to OpenRouter itself, with the key in the environment", async () => {
    const openRouter = await startFakeOpenRouter({ script: () => ({ chunkDelayMs: 8 }) });
    const variables = { OPENROUTER_API_KEY: key, OPENROUTER_BASE_URL: openRouter.url };
    const { code, stdout } = await demoWith(variables, "--live");
    expect([code, stdout]).toEqual([0, expect.stringContaining("They talk to OpenRouter itself")]);
    const keys = openRouter.requests.map(({ headers }) => headers.authorization);
    expect(keys.length).toBeGreaterThan(5);
    expect(new Set(keys)).toEqual(new Set([`Bearer ${key}`]));
    await openRouter.close();
  }, 60_000);

  test("needs a key", async () => {
    expect(await demoWith({ OPENROUTER_API_KEY: "" }, "--live")).toEqual({
      code: 3,
      stdout: "",
      stderr: "--live needs a key of OpenRouter in OPENROUTER_API_KEY.\n",
    });
  });
});

test("--help tells the options, and runs nothing", async () => {
  const { code, stdout, stderr } = await demo("--help");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Usage: npm run demo -- \[options\]\n/);
  expect(stdout).toContain("--keep DIR");
  expect(stdout).not.toContain("listens");
});

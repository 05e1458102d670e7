import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AuditEntry, readJournal, verifyJournal } from "@openrouter-audit/core";

const run = promisify(execFile);

describe("npm run demo -- --keep DIR", () => {
  const directory = join(mkdtempSync(join(tmpdir(), "openrouter-audit-")), "kept");
  let shown: string;
  const entries: AuditEntry[] = [];

  beforeAll(async () => {
    const { OPENROUTER_API_KEY: _key, ...environment } = process.env;
    const env = { ...environment, NO_COLOR: "1", COLUMNS: "120" };
    // What it runs is the built program: `npm test` builds first.
    const { stdout, stderr } = await run("node", ["examples/demo/dist/demo.js", "--keep", directory], {
      env,
    });
    expect(stderr).toBe("");
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

  test("it shows the verdict that names the changed line", () => {
    expect(shown).toMatch(/INTACT/);
    const line = /In line (\d+) of (\S+),/.exec(shown)!;
    expect(shown).toContain(`${line[2]}:${line[1]}`);
    expect(shown).toMatch(/ROOT_MISMATCH/);
  });
});

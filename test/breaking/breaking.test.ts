import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AuditLog } from "@openrouter-audit/core";
import { callUpstream } from "./src/call-upstream.ts";
import type { CallerProcess } from "./src/caller-process.ts";
import { journalFacts } from "./src/journal-facts.ts";
import { judge } from "./src/judge.ts";
import { programs } from "./src/programs.ts";
import { resultTable, withTable } from "./src/result-table.ts";
import { keptResults } from "./src/results.ts";
import { Seeded } from "./src/seeded.ts";
import type { World } from "./src/world.ts";

const run = promisify(execFile);
const page = readFileSync(fileURLToPath(new URL("../../docs/guarantees.md", import.meta.url)), "utf8");

describe("the table in docs/guarantees.md", () => {
  test("is made of the results that are kept", () => {
    expect(withTable(page, resultTable(keptResults()))).toBe(page);
  });

  test("has rows of every program, as much of it as a full run tries, and nothing that was broken", () => {
    const kept = keptResults();
    expect(kept.map(({ name }) => name)).toEqual(Object.keys(programs));
    for (const { name, rounds, attempts, notTried } of kept) {
      expect(rounds).toBe(programs[name]!.rounds.full);
      expect(attempts.length).toBeGreaterThan(0);
      expect(attempts.flatMap(({ violations }) => violations)).toEqual([]);
      expect(notTried).toEqual([]);
    }
  });

  test("needs its marks", () => {
    expect(() => withTable("# Guarantees\n", "| |")).toThrow("lacks the marks");
  });
});

test("the same seed gives the same numbers, another gives others", () => {
  const some = (seed: number) => {
    const random = new Seeded(seed);
    return Array.from({ length: 20 }, () => random.between(1, 8));
  };
  expect(some(7)).toEqual(some(7));
  expect(some(7)).not.toEqual(some(8));
  expect([...new Set(some(7))].every((number) => number >= 1 && number <= 8)).toBe(true);
});

// What runs is the built program: `npm test` builds first.
test("--help teaches every program, and a name that there is not is refused", async () => {
  const { stdout } = await run("node", ["test/breaking/dist/break.js", "--help"]);
  for (const name of Object.keys(programs))
    expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S.*\\.$`, "m"));
  await expect(run("node", ["test/breaking/dist/break.js", "everything"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no program "everything".'),
  });
});

describe("the judge", () => {
  const secret = "a secret that only this test uses, long enough";
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "openrouter-audit-judge-"));
    const upstreamIsSilent = () => new Promise<Response>(() => {});
    const audit = new AuditLog({ directory, secret, guarantee: "write_ahead", fetch: upstreamIsSilent });
    for (const call of ["a-1", "a-3", "a-3"])
      await audit.record({ event_type: "call.ended", metadata: { call } });
    const fetchAs = audit.fetchAs({ userId: "ada", metadata: { call: "a-2" } });
    void callUpstream(fetchAs, "https://openrouter.ai/api/v1", "a-2", false).catch(() => undefined);
    while (!journalFacts(directory).starts.has("a-2")) await audit.flush();
    const asItIs = mkdtempSync(join(tmpdir(), "openrouter-audit-judge-"));
    cpSync(directory, asItIs, { recursive: true });
    await audit.close();
    rmSync(directory, { recursive: true });
    directory = asItIs;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** What a caller was told, and what upstream saw. */
  const judged = (
    guarantee: "recorded" | "write_ahead",
    told: readonly string[],
    seen: readonly string[],
    where = directory,
  ) => {
    const calls = new Map(told.map((call) => [call, { how: "answered", code: "" }]));
    const world = { seen: async () => [...seen] } as unknown as World;
    return judge(world, where, [{ name: "a", calls } as unknown as CallerProcess], { guarantee });
  };

  test("finds nothing wrong with an answered call that has its entry", async () => {
    expect((await judged("recorded", ["a-1"], ["a-1"])).violations).toEqual(["a-3 ended twice"]);
  });

  test("names an answered call without an entry", async () => {
    expect((await judged("recorded", ["a-9"], ["a-9"])).violations).toContain(
      "a-9 was answered, and has no entry",
    );
  });

  test("names what reached upstream before its start was kept, and a start that nobody ended", async () => {
    const { violations } = await judged("write_ahead", [], ["a-1", "a-2"]);
    expect(violations).toEqual([
      "a-1 reached upstream before its start was kept",
      "a-1 ended, and never began",
      "a-3 ended twice",
      "a-3 ended, and never began",
      "a-2 began, and nobody says how it ended",
    ]);
  });

  test("names what verification finds, when a crash cannot have left it", async () => {
    const changed = mkdtempSync(join(tmpdir(), "openrouter-audit-judge-"));
    try {
      for (const file of readdirSync(directory)) {
        const text = readFileSync(join(directory, file), "utf8");
        writeFileSync(join(changed, file), text.replace('"call":"a-1"', '"call":"a-5"'));
      }
      const { violations } = await judged("recorded", [], [], changed);
      expect(violations.join("\n")).toMatch(/ROOT_MISMATCH|BAD_SIGNATURE/);
      expect(journalFacts(changed).ends.has("a-5")).toBe(true);
    } finally {
      rmSync(changed, { recursive: true });
    }
  });
});

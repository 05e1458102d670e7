import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journalSource, publicKeyOf } from "@openrouter-audit/core";
import { journalFile, sampleJournal, secret } from "../../cli/test/sample-journal.ts";
import type { EntryTable } from "../src/entries/entry-table.ts";
import { type ReportOptions, report } from "../src/index.ts";
import { verificationOf } from "../src/report/verification.ts";

const key = publicKeyOf(secret);
const calls = () =>
  sampleJournal(async (call) => {
    for (const user of ["ada", "grace", null]) await call(user, "openai/gpt-5-mini");
  });

async function verified(place: string, options: ReportOptions = {}) {
  return (await report(place, { verify: {}, ...options })).verification!;
}

test("a report says whether what it was made of is what was sealed", async () => {
  const directory = await calls();
  expect(await verified(directory, { verify: { key } })).toMatchObject({
    result: "intact",
    reason: null,
    key,
    key_source: "given",
    entries: 5,
    logs: 1,
    problems: [],
    problem_count: 0,
    from_day: null,
    to_day: null,
  });
});

test("a line that was changed is told, though only signed roots are computed", async () => {
  const directory = await calls();
  journalFile(directory).rewrite((lines) =>
    lines.map((line) => line.replace('"user_id":"grace"', '"user_id":"gracy"')),
  );
  const { result, problems, problem_count } = await verified(directory);
  expect(result).toBe("tampered");
  expect(problems).toContainEqual({
    code: expect.stringMatching(/ROOT_MISMATCH|BAD_SIGNATURE/),
    message: expect.any(String),
  });
  expect(problem_count).toBe(problems.length);
});

test("what was not looked at is said", async () => {
  const { key_source, not_checked } = await verified(await calls());
  expect(key_source).toBe("journal");
  expect(not_checked).toEqual([
    expect.stringContaining("whether the public key is the right one"),
    expect.stringContaining("cut off"),
    expect.stringContaining("the bytes of most chain hashes"),
  ]);
});

test("of many problems the first hundred are listed", async () => {
  const directory = await calls();
  const name = (index: number) => join(directory, `audit_2026-01-01_${String(index).padStart(3, "0")}.jsonl`);
  for (let index = 0; index < 120; index += 1) writeFileSync(name(index), "no entry\n");
  const table = { sealed: async () => directory } as unknown as EntryTable;
  const options = { fromDay: null, verify: {}, now: new Date() };
  const { result, problems, problem_count } = await verificationOf(table, options);
  expect(result).toBe("incomplete");
  expect(problems).toHaveLength(100);
  expect(problem_count).toBeGreaterThan(100);
});

describe("without a verdict there is a report all the same, that says why", () => {
  test.each<[string, (directory: string) => void, object, RegExp]>([
    ["no key", (directory) => rmSync(join(directory, "public-key")), {}, /No public key was given/],
    [
      "heads that prove nothing",
      (directory) => writeFileSync(join(directory, "heads"), "x\n"),
      { knownHeads: "heads" },
      /heads/,
    ],
  ])("%s", async (_what, prepare, verify, reason) => {
    const directory = await calls();
    prepare(directory);
    const made = await report(directory, { verify });
    expect(made.totals.calls).toBe(3);
    expect(made.verification).toMatchObject({
      result: "not_verified",
      reason: expect.stringMatching(reason),
      key: null,
      key_source: null,
      entries: 0,
    });
  });

  test("a place that vouches for nothing", async () => {
    const directory = await calls();
    let closed = 0;
    const store = {
      ...journalSource(directory),
      close: async () => {
        closed += 1;
      },
    };
    const asStore = { sealed: async () => store } as unknown as EntryTable;
    const options = { fromDay: null, now: new Date() };
    expect(await verificationOf(asStore, { ...options, verify: {} })).toMatchObject({
      result: "not_verified",
      reason: expect.stringContaining("A store vouches for nothing"),
    });
    expect(await verificationOf(asStore, { ...options, verify: { key } })).toMatchObject({
      result: "intact",
      key,
    });
    expect(closed).toBe(2);
  });
});

test("what is verified is what the report read, whatever was asked for", async () => {
  const directory = await calls();
  const since = new Date();
  // A day that no report of today reads, damaged.
  writeFileSync(join(directory, "audit_2020-01-01.jsonl"), "no entry\n");
  const verify = { key, since: new Date("2020-01-01T00:00:00Z"), until: new Date("2020-01-02T00:00:00Z") };
  const today = await verified(directory, { verify, period: { since, until: new Date(+since + 60_000) } });
  expect(today).toMatchObject({ result: "intact", to_day: null, entries: 5 });
  expect(today.from_day).toBe(
    new Date(Math.floor(+since / 86_400_000 - 15) * 86_400_000).toISOString().slice(0, 10),
  );
  expect(await verified(directory)).toMatchObject({ result: "incomplete", from_day: null });
});

test("it tells how far it is, and can be stopped", async () => {
  const directory = await calls();
  const seen: string[] = [];
  await verified(directory, {
    onProgress: ({ doing, bytes, totalBytes }) => seen.push(`${doing} ${bytes <= totalBytes}`),
  });
  expect(seen).toContain("verifying true");
  const stop = new AbortController();
  const stopped = verified(directory, {
    signal: stop.signal,
    onProgress: ({ doing }) => {
      if (doing === "verifying") stop.abort(new Error("enough"));
    },
  });
  await expect(stopped).rejects.toThrow("enough");
});

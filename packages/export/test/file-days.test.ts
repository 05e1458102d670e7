import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { retain } from "@openrouter-audit/retention";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { editJson, resign } from "./support/forger.ts";
import { newDirectory, now, root, sealedDays } from "./support/sealed-days.ts";

const key = root.vkey;
const population = "data/reports/population.json";
const json = (out: string, path: string) => JSON.parse(readFileSync(join(out, path), "utf8"));

/** A journal of 2 to 5 November of which the first day was deleted by policy. */
async function retained(): Promise<string> {
  const directory = await sealedDays(undefined, false);
  await retain(directory, { archiveAfter: "1d", deleteAfter: "3d" }, { root, now: () => now });
  expect(existsSync(join(directory, "audit_2026-11-04.jsonl.gz"))).toBe(true);
  expect(existsSync(join(directory, "audit_2026-11-02.jsonl.gz"))).toBe(false);
  return directory;
}

async function exported(journal: string, since: string, until: string, more = {}) {
  const out = join(newDirectory(), "bag.zip");
  const asked = { since: new Date(since), until: new Date(until), root, now, out, ...more };
  return { out, made: await exportPackage(journal, asked) };
}

test("which days have no file, and why, is said by the export, the package, and whoever verifies it", async () => {
  const { out, made } = await exported(await retained(), "2026-11-01", "2026-11-09");
  expect(made.result).toBe("intact");
  const found = await verifyPackage(out, { key });
  expect(found.result).toBe("intact");
  const notes = found.problems.map(({ verdict, message }) => `${verdict} ${message}`);
  expect(notes).toEqual([
    expect.stringMatching(
      /^NO_FILE Retention deleted \d+ lines of these days.*audit_2026-11-02\.jsonl\.gz on 2026-11-06/,
    ),
    "NO_FILE The journal had no file yet on 2026-11-01.",
    expect.stringMatching(/^NO_FILE The last of these days was not over/),
  ]);
  expect(made.remarks).toHaveLength(3);
});

test("of a period that retention deleted there is a package, with the tombstones", async () => {
  const { out, made } = await exported(await retained(), "2026-11-02", "2026-11-03");
  expect(made).toMatchObject({ entries: 0, result: "intact" });
  expect(await verifyPackage(out, { key })).toMatchObject({ result: "intact", entries: 0 });
  const bag = join(newDirectory(), "bag");
  const journal = await retained();
  await exportPackage(journal, {
    since: new Date("2026-11-02"),
    until: new Date("2026-11-03"),
    root,
    now,
    out: bag,
  });
  expect(json(bag, "data/reports/retention.json").deleted).toHaveLength(1);
  expect(json(bag, population)).toMatchObject({
    days_without_files: [{ from: "2026-11-02", to: "2026-11-02", why: "deleted" }],
    deleted_files: [{ file: "audit_2026-11-02.jsonl.gz" }],
    is_over: true,
  });
  editJson(bag, population, (said) => Object.assign(said, { days_without_files: [], deleted_files: [] }));
  await resign(bag);
  expect((await verifyPackage(bag, { key })).problems).toContainEqual(
    expect.objectContaining({ verdict: "COUNTS_DIFFER", file: population }),
  );
});

test("that nothing was recorded can be shown; without any journal nothing can", async () => {
  const journal = await sealedDays();
  const { out, made } = await exported(journal, "2026-10-01", "2026-11-01");
  expect(made).toMatchObject({ entries: 0, result: "intact" });
  expect(await verifyPackage(out, { key })).toMatchObject({ result: "intact", entries: 0 });
  const { made: one } = await exported(journal, "2026-10-01", "2026-11-09", { subject: "nobody" });
  expect(one.remarks.at(-1)).toContain('no entry of the user_id "nobody"');
  for (const name of ["02.jsonl.gz", "03.jsonl", "04.jsonl", "05.jsonl"])
    rmSync(join(journal, `audit_2026-11-${name}`));
  rmSync(join(journal, "anchor"), { recursive: true });
  await expect(exported(journal, "2026-10-01", "2026-11-01")).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
  });
});

test("a user of whom there is no entry is named to whoever verifies a selection", async () => {
  const { out } = await exported(await sealedDays(), "2026-11-03", "2026-11-05", { users: ["ada", "Grace"] });
  const { problems, result } = await verifyPackage(out, { key });
  expect(result).toBe("intact");
  expect(problems).toEqual([
    expect.objectContaining({ verdict: "NO_ENTRY", message: expect.stringContaining('"Grace"') }),
  ]);
});

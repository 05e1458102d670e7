import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { copyOf, edit, recount, resign } from "./support/forger.ts";
import { newDirectory, now, root, sealedBehind } from "./support/sealed-days.ts";

const key = root.vkey;
const lastDay = "data/logs/audit_2026-11-03.jsonl";
const periods = { "of all days until then": "2026-11-02", "of that day alone": "2026-11-03" };
const bags = new Map<string, string>();
beforeAll(async () => {
  const journal = await sealedBehind();
  for (const since of Object.values(periods)) {
    const out = join(newDirectory(), "bag");
    const days = { since: new Date(since), until: new Date("2026-11-04") };
    await exportPackage(journal, { ...days, root, now, out });
    bags.set(since, out);
  }
});

function follow(bag: string) {
  const text = readFileSync(join(bag, "README-VERIFY.md"), "utf8");
  const script = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!).join("\n");
  const options = { cwd: bag, env: { ...process.env, KEY: key }, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], options);
  return { status, said: stdout + stderr };
}

/** A copy in which whoever has the root key removed all lines of a log, and made everything else fit. */
async function without(bag: string, log: string): Promise<string> {
  const copy = copyOf(bag);
  const isOther = (line: string) => line === "" || JSON.parse(line).log !== log;
  const others = (text: string) => text.split("\n").filter(isOther).join("\n");
  for (const file of [lastDay, "data/checkpoints/heads.jsonl"]) edit(copy, file, others);
  const stem = `data/checkpoints/${log.slice(log.lastIndexOf("/") + 1)}`;
  for (const end of ["checkpoint", "delegation.note"]) rmSync(join(copy, `${stem}.${end}`));
  await recount(copy);
  await resign(copy);
  return copy;
}

/** The logs of 3 November: `long`, `short`, `running`, `behind`. */
const logsOf = (bag: string) => [
  ...new Set(
    readFileSync(join(bag, lastDay), "utf8")
      .trimEnd()
      .split("\n")
      .map((line): string => JSON.parse(line).log),
  ),
];

describe.each(Object.entries(periods))("a package %s, on which a clock was behind", (_what, since) => {
  test("is intact, by the command and by its own README-VERIFY.md", async () => {
    const bag = bags.get(since)!;
    const { result, problems } = await verifyPackage(bag, { key });
    expect([result, problems]).toEqual(["intact", []]);
    const { status, said } = follow(bag);
    expect([status, said]).toEqual([0, expect.stringMatching(/\nintact: every line is as it was sealed/)]);
    expect(said.match(/^went on after these days: /gm)).toHaveLength(3);
  });

  test.each([
    ["one that another knew", 1],
    ["one that is proven to go on after them", 2],
  ])("is found by both without a log of these days: %s", async (_which, index) => {
    const bag = bags.get(since)!;
    const cut = await without(bag, logsOf(bag)[index]!);
    const { result, problems } = await verifyPackage(cut, { key });
    expect([result, problems.map(({ message }) => message)]).toEqual([
      "tampered",
      expect.arrayContaining([expect.stringMatching(/^MISSING_STREAM: /)]),
    ]);
    expect(follow(cut)).toEqual({ status: 1, said: expect.stringContaining("\nnot intact: ") });
  });
});

test("where the journal had no later file, what a log knew of another is missing, for both", async () => {
  const journal = await sealedBehind();
  for (const day of ["2026-11-04", "2026-11-05"]) rmSync(join(journal, `audit_${day}.jsonl`));
  const out = join(newDirectory(), "bag");
  const days = { since: new Date("2026-11-02"), until: new Date("2026-11-04") };
  await exportPackage(journal, { ...days, root, now, out });
  expect((await verifyPackage(out, { key })).result).toBe("tampered");
  const { status, said } = follow(out);
  expect([status, said]).toEqual([
    1,
    expect.stringMatching(/it is not here, and a later log knew it|had \d+ entries/),
  ]);
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportPackage, type PackageVerification, verifyPackage } from "../src/index.ts";
import { copyOf, editJson, resign } from "./support/forger.ts";
import { newDirectory, now, root, sealedDays } from "./support/sealed-days.ts";

// The journal is of 2 to 5 November; the packages are of a time that is over.

const key = root.vkey;
const third = { since: new Date("2026-11-03"), until: new Date("2026-11-04") };
const middle = { since: new Date("2026-11-03"), until: new Date("2026-11-05") };

async function exported(journal: string, period = third) {
  const out = join(newDirectory(), "bag");
  return { out, made: await exportPackage(journal, { ...period, root, now, out }) };
}

/** Whoever has the root key says that the journal was intact. */
async function whitewashed(bag: string): Promise<PackageVerification> {
  editJson(bag, "data/reports/journal.json", (said) =>
    Object.assign(said, { result: "intact", problems: [], problem_count: 0 }),
  );
  await resign(bag, (said: { journal: string }) => {
    said.journal = "intact";
  });
  return verifyPackage(bag, { key });
}

const linesOf = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n");
const logIn = (line: string) => JSON.parse(line).log as string;
/** Takes lines of the log that only 3 November has out of its file: the last ones, or all. */
function cutShort(journal: string, isLeft: (seq: number) => boolean): void {
  const file = join(journal, "audit_2026-11-03.jsonl");
  const lines = linesOf(file);
  const short = logIn(lines.at(-1)!);
  const left = lines.filter((line) => logIn(line) !== short || isLeft(JSON.parse(line).seq));
  expect(left.length).toBeLessThan(lines.length);
  writeFileSync(file, `${left.join("\n")}\n`);
}
/** And the last lines of the log that goes on. */
function cutLong(journal: string): void {
  const file = join(journal, "audit_2026-11-03.jsonl");
  const lines = linesOf(file);
  const long = logIn(lines[0]!);
  const last = lines.filter((line) => logIn(line) === long).slice(-3);
  writeFileSync(file, `${lines.filter((line) => !last.includes(line)).join("\n")}\n`);
}

test.each<[string, typeof third, (journal: string) => void, string]>([
  ["a log that was cut", third, (journal) => cutShort(journal, (seq) => seq < 4), "TRUNCATED"],
  ["a log that was removed", third, (journal) => cutShort(journal, () => false), "MISSING_STREAM"],
  ["the end of a day of a log that went on", third, cutLong, "SEQ_GAP"],
  [
    "a last day that was removed",
    middle,
    (journal) => rmSync(join(journal, "audit_2026-11-04.jsonl")),
    "TRUNCATED",
  ],
])(
  "%s is found by the export, and by whoever verifies the package",
  async (_what, period, change, verdict) => {
    const journal = await sealedDays();
    change(journal);
    const { out, made } = await exported(journal, period);
    expect(made).toMatchObject({ result: "tampered", journal: { result: "tampered" } });
    expect(made.journal.problems.map((problem) => problem.verdict)).toContain(verdict);
    const given = await verifyPackage(out, { key });
    expect(given.problems.map((problem) => problem.verdict)).toEqual(
      expect.arrayContaining(["JOURNAL", "LOGS"]),
    );
    // And not because the package says so.
    const { result, problems } = await whitewashed(out);
    expect(result).toBe("tampered");
    expect(problems.map(({ message }) => message).join("\n")).toContain(`${verdict}: `);
  },
);

test("without an anchor log the links of later logs in the package say it", async () => {
  const journal = await sealedDays();
  rmSync(join(journal, "anchor"), { recursive: true });
  cutShort(journal, () => false);
  const { made, out } = await exported(journal, {
    since: new Date("2026-11-03"),
    until: new Date("2026-11-06"),
  });
  expect(made.result).toBe("tampered");
  const { problems } = await whitewashed(out);
  expect(problems.map(({ message }) => message).join("\n")).toContain("MISSING_STREAM: ");
});

test("that a log went on is proven by its next line; without it, the log ends here", async () => {
  const { out, made } = await exported(await sealedDays());
  expect(made.result).toBe("intact");
  expect((await verifyPackage(out, { key })).result).toBe("intact");
  const later = join(out, "data/checkpoints/later");
  expect(readdirSync(later)).toHaveLength(3);
  const without = copyOf(out);
  rmSync(join(without, "data/checkpoints/later"), { recursive: true });
  await resign(without);
  const found = await verifyPackage(without, { key });
  expect(found.problems.map(({ message }) => message).join("\n")).toContain("TRUNCATED: ");
  const [entry] = readdirSync(later).filter((name) => name.endsWith(".entry.json"));
  const forged = copyOf(out);
  const file = join(forged, "data/checkpoints/later", entry!);
  writeFileSync(file, readFileSync(file, "utf8").replace('"seq":', '"seq":1'));
  await resign(forged);
  expect((await verifyPackage(forged, { key })).problems).toContainEqual(
    expect.objectContaining({ verdict: "PROOF_FAILED" }),
  );
});

test("what is incomplete in other days makes a package no worse", async () => {
  const journal = await sealedDays();
  const file = join(journal, "audit_2026-11-05.jsonl");
  writeFileSync(file, `${readFileSync(file, "utf8")}{"torn`);
  const { out, made } = await exported(journal);
  expect(made).toMatchObject({ result: "intact", journal: { result: "incomplete" } });
  expect((await verifyPackage(out, { key })).result).toBe("intact");
});

test("an option that there is none of is refused: with a misspelt key, a package would be checked with its own", async () => {
  await expect(verifyPackage("anywhere", { publicKey: "x" } as object)).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining("publicKey"),
  });
});

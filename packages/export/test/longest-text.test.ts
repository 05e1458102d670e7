import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bagFiles, textIn } from "../src/bag/bag-files.ts";
import { BagWriter } from "../src/bag/bag-writer.ts";
import { longestOf } from "../src/bag/longest-text.ts";
import { newDirectory } from "./support/sealed-days.ts";

const mebi = 2 ** 20;

test("what verification reads as a whole has a limit, and lines have none", () => {
  expect(longestOf("data/logs/audit_2026-11-03.jsonl")).toBe(Number.POSITIVE_INFINITY);
  expect(longestOf("data/checkpoints/anchor/anchor.jsonl")).toBe(Number.POSITIVE_INFINITY);
  expect(longestOf("data/reports/verification.json")).toBe(256 * mebi);
  expect(longestOf("data/reports/population.json")).toBe(256 * mebi);
  expect(longestOf("data/checkpoints/heads.jsonl")).toBe(256 * mebi);
  expect(longestOf("data/custody/custody.jsonl")).toBe(256 * mebi);
  expect(longestOf("manifest-sha256.txt")).toBe(400 * mebi);
});

test("what would not be read is not written, in one piece or many, and what is just not too long is read", async () => {
  const directory = join(newDirectory(), "bag");
  const short = (path: string) => (/^data\/(?:reports|keys)|manifest/.test(path) ? 10 : longestOf(path));
  const bag = new BagWriter(directory, short);
  async function* pieces() {
    for (let index = 0; index < 11; index += 1) yield "x";
  }
  const refused = { code: "PACKAGE_UNWRITABLE", message: expect.stringContaining("export shorter periods") };
  await expect(bag.add("data/reports/verification.json", "x".repeat(11))).rejects.toMatchObject(refused);
  await expect(bag.add("data/reports/population.json", pieces())).rejects.toMatchObject(refused);
  for (let index = 0; index < 2; index += 1)
    await bag.add(`data/schema/${index}.json`, "x".repeat(11 - index));
  // Each file has a line of more than ten bytes in the manifest.
  await expect(bag.finish([])).rejects.toMatchObject(refused);
  await bag.add("data/keys/public-key", "x".repeat(10));
  const files = await bagFiles(directory);
  expect(await textIn(directory, "data/keys/public-key", files, short("data/keys/public-key"))).toHaveLength(
    10,
  );
  expect(readdirSync(directory)).toContain("data");
});

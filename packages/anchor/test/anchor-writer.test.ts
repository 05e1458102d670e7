import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RootSigner } from "@openrouter-audit/core/seal";
import { noteInAnchorLog, withAnchorLog } from "../src/index.ts";
import { anchor, newJournal, read, root } from "./support/world.ts";

/** A root key in a service that does not answer at these signatures, counted from 1. */
function failingAt(...times: readonly number[]): RootSigner {
  let signed = 0;
  return {
    // Under the name of the anchor log it is the same key.
    ...root,
    sign: (text) => {
      signed += 1;
      if (times.includes(signed)) throw new Error("the key service timed out");
      return root.sign(text);
    },
  };
}

const place = (directory: string) => ({ directory, anchors: join(directory, "anchor") });
const rejected = {
  code: "JOURNAL_UNWRITABLE",
  message: expect.stringContaining("the key service timed out"),
};

test("a signature that fails leaves no gap: what is noted next stands in its place", async () => {
  const directory = await newJournal();
  await anchor(directory);
  await noteInAnchorLog({ ...place(directory), root: failingAt(1) }, async (log) => {
    await expect(log.note("approved", { action: "first" })).rejects.toMatchObject(rejected);
    expect(await log.note("approved", { action: "second" })).toMatchObject({ seq: 2 });
  });
  expect(await read(directory)).toMatchObject({ problems: [], notes: [{ detail: { action: "second" } }] });
});

test("notes that nobody waits for stand one behind the other", async () => {
  const directory = await newJournal();
  const { result } = await withAnchorLog({ directory, root }, (log) =>
    Promise.all(["a", "b", "c"].map((action) => log.note("approved", { action }))),
  );
  expect(result.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  expect(await read(directory)).toMatchObject({ problems: [], head: { size: 5 } });
});

test("behind a write that failed nothing more is written, until the log was verified again", async () => {
  const directory = await newJournal();
  await anchor(directory);
  const path = join(directory, "anchor/anchor.jsonl");
  const before = readFileSync(path, "utf8");
  const failed = { code: "JOURNAL_UNWRITABLE", message: expect.stringContaining("somebody else wrote") };
  await noteInAnchorLog({ ...place(directory), root }, async (log) => {
    appendFileSync(path, "{}");
    await expect(log.note("approved", { action: "first" })).rejects.toMatchObject(failed);
    writeFileSync(path, before);
    await expect(log.note("approved", { action: "second" })).rejects.toMatchObject(failed);
  });
  expect(readFileSync(path, "utf8")).toBe(before);
});

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "@openrouter-audit/core/seal";
import { addHold, planRetention, releaseHold, retain } from "../src/index.ts";
import { filesIn, newDirectory, oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");
const hold = { person: { id: "legal" }, reason: "Case 17", root, now };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ code }) => code,
  );

test("who forgets to name the anchor log with the holds deletes nothing, plans nothing, and begins no other one", async () => {
  const { directory } = oldJournal();
  const anchors = newDirectory();
  await addHold(directory, { ...hold, everything: true, anchors });
  const before = filesIn(directory);
  for (const others of [join(directory, "anchor"), newDirectory()]) {
    expect(await codeOf(retain(directory, {}, { root, now, anchors: others }))).toBe("INVALID_OPTIONS");
    expect(await codeOf(planRetention(directory, {}, { now, anchors: others }))).toBe("INVALID_OPTIONS");
    expect(existsSync(join(others, "anchor.jsonl"))).toBe(false);
  }
  expect(filesIn(directory)).toEqual(before);
  const run = await retain(directory, { archiveAfter: null }, { root, now, anchors });
  expect(run.files.map(({ done }) => done)).toEqual(before.map(() => "stays"));
});

test("where files were deleted, a hold is noted in the same anchor log, wherever that was moved, or not at all", async () => {
  const { directory } = oldJournal();
  const moved = newDirectory();
  await retain(directory, {}, { root, now });
  cpSync(join(directory, "anchor"), moved, { recursive: true });
  rmSync(join(directory, "anchor"), { recursive: true });
  expect(await codeOf(addHold(directory, { ...hold, everything: true }))).toBe("INVALID_OPTIONS");
  expect(readdirSync(directory)).not.toContain("anchor");
  const held = await addHold(directory, { ...hold, everything: true, anchors: moved });
  expect(await codeOf(releaseHold(directory, held.hold, { ...hold, anchors: moved }))).toBe("done");
  // It was lost for good, and somebody said so.
  rmSync(join(directory, "retention-log"));
  expect(await codeOf(addHold(directory, { ...hold, everything: true }))).toBe("done");
});

test("two that note in different anchor logs exclude each other", async () => {
  const { directory } = oldJournal();
  const before = filesIn(directory);
  const release = lockDirectory(directory, "retention-lock");
  expect(await codeOf(retain(directory, {}, { root, now, anchors: newDirectory() }))).toBe(
    "JOURNAL_ALREADY_OPEN",
  );
  expect(filesIn(directory)).toEqual(before);
  release();
  const [one, other] = await Promise.all(
    [newDirectory(), newDirectory()].map((anchors) => codeOf(retain(directory, {}, { root, now, anchors }))),
  );
  expect([one, other].sort()).toEqual(["JOURNAL_ALREADY_OPEN", "done"]);
  expect(readdirSync(directory).filter((name) => name.startsWith("retention-lock"))).toEqual([]);
});

test("where it cannot be told which anchor log it is, nothing is done", async () => {
  const { directory } = oldJournal();
  mkdirSync(join(directory, "retention-log"));
  expect(await codeOf(retain(directory, {}, { root, now }))).toBe("JOURNAL_UNREADABLE");
  expect(await codeOf(addHold(directory, { ...hold, everything: true }))).toBe("JOURNAL_UNREADABLE");
});

test.each(["there/is/none", "public-key"])(
  "of %j, which is no directory, nothing is retained",
  async (name) => {
    const directory = join(oldJournal().directory, name);
    const anchors = newDirectory();
    expect(await codeOf(retain(directory, {}, { root, now, anchors }))).toBe("JOURNAL_UNREADABLE");
  },
);

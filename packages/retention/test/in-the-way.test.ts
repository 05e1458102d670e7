import {
  appendFileSync,
  chownSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { anchorJournal } from "@openrouter-audit/anchor";
import type { RootSigner } from "@openrouter-audit/core/seal";
import { retain } from "../src/index.ts";
import { filesIn, newDirectory, newJournal, OldLog, oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");
const doneWith = ({ files }: { files: readonly { file: string; done: string }[] }) =>
  Object.fromEntries(files.map(({ file, done }) => [file, done]));

/** The root key in a service that takes its time: meanwhile, something happens. */
function slowly(meanwhile: () => void): RootSigner {
  let isFirst = true;
  return {
    vkey: root.vkey,
    sign: (text) => {
      if (isFirst) meanwhile();
      isFirst = false;
      return root.sign(text);
    },
  };
}

test("a file to which somebody writes while its tombstone is written is kept", async () => {
  const { directory } = oldJournal();
  await anchorJournal({ directory, root, now });
  const path = join(directory, "audit_2026-06-01.jsonl");
  const writer = slowly(() => appendFileSync(path, '{"written":"late"}\n'));
  const run = await retain(directory, {}, { root: writer, now });
  expect(run.files[0]).toMatchObject({ done: "failed", error: expect.stringContaining("it is kept") });
  expect(readFileSync(path, "utf8")).toContain("late");
});

test("what is no file, where an archive would be, is left alone, and keeps no other file from being archived", async () => {
  const { directory } = oldJournal();
  const elsewhere = join(newDirectory(), "elsewhere");
  writeFileSync(elsewhere, "of somebody else");
  symlinkSync(elsewhere, join(directory, "audit_2026-10-01.jsonl.gz"));
  const begun = "retain-01999f3c-0000-7000-8000-000000000000.gz";
  mkdirSync(join(directory, begun));

  const run = await retain(directory, {}, { root, now });

  expect(doneWith(run)).toMatchObject({
    "audit_2026-10-01.jsonl": "stays",
    "audit_2026-10-02.jsonl": "archived",
  });
  expect(run.files.find(({ file }) => file === "audit_2026-10-01.jsonl")!.because).toEqual([
    "audit_2026-10-01.jsonl.gz is there too, and is no regular file",
  ]);
  const link = run.files.find(({ file }) => file === "audit_2026-10-01.jsonl.gz");
  expect(link).toMatchObject({ action: "stay", because: ["it is no regular file: nothing reads it"] });
  expect(run.swept).toEqual([]);
  expect(filesIn(directory)).toEqual([
    "audit_2026-10-01.jsonl",
    "audit_2026-10-01.jsonl.gz",
    "audit_2026-10-02.jsonl.gz",
    "audit_2026-11-25.jsonl",
    begun,
  ]);
  expect(readFileSync(elsewhere, "utf8")).toBe("of somebody else");
});

test("what was written today by a clock that was far behind stays: it links a log of today", async () => {
  const directory = newJournal();
  const before = new OldLog(directory, "2026-11-26T10:00:00.000Z").close("2026-11-26T10:01:00.000Z");
  new OldLog(directory, "1970-01-01T00:00:00.000Z", { links: [before.head] }).close(
    "1970-01-01T00:00:01.000Z",
  );
  new OldLog(directory, "2026-01-01T00:00:00.000Z").close("2026-01-01T00:00:01.000Z");
  const run = await retain(directory, { archiveAfter: null }, { root, now });
  expect(doneWith(run)).toEqual({
    "audit_1970-01-01.jsonl": "stays",
    "audit_2026-01-01.jsonl": "deleted",
    "audit_2026-11-26.jsonl": "stays",
  });
  expect(run.files[0]!.because.join()).toContain("log that it links, is of 2026-11-26");
});

// Only root can give a file to somebody else.
const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot("an archive that root makes belongs to whoever the file belonged to", async () => {
  const { directory } = oldJournal();
  chownSync(join(directory, "audit_2026-10-01.jsonl"), 1234, 2345);
  await retain(directory, {}, { root, now });
  expect(statSync(join(directory, "audit_2026-10-01.jsonl.gz"))).toMatchObject({ uid: 1234, gid: 2345 });
});

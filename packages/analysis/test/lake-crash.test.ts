import { spawn } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEntries, writeLake } from "@openrouter-audit/analysis";
import { buildPackage } from "../../../test/support/build-package.ts";
import { describeWithDisk, mountDisk } from "../../../test/support/tmpfs.ts";
import { newDirectory } from "../../core/test/support/journals.ts";
import { longJournal } from "../../core/test/support/random-journal.ts";
import { all } from "./support/parquet.ts";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const days = ["2026-11-23", "2026-11-24", "2026-11-25"];

function journalOf(entriesADay: number): string {
  const directory = newDirectory();
  for (const [file, content] of longJournal(entriesADay)) writeFileSync(join(directory, file), content);
  return directory;
}

beforeAll(() => buildPackage("analysis"), 120_000);

/** Writes a lake in a process that is killed, hard, when it is about to change the file system for the n-th time. */
async function writeAndDie(journal: string, lake: string, at: number): Promise<string | null> {
  const writer = spawn(
    process.execPath,
    [
      `--import=${fromHere("../../anchor/test/support/kill-at.mjs")}`,
      fromHere("support/write-lake.mjs"),
      journal,
      lake,
    ],
    { stdio: "inherit", env: { ...process.env, KILL_AT: String(at) } },
  );
  return new Promise((resolve) => {
    writer.on("close", (_code, signal) => resolve(signal));
  });
}

/** How many entries each file has; every file that is there can be read to its end. */
async function entriesIn(lake: string): Promise<unknown[]> {
  const table = await openEntries(lake);
  const text = `select file, count(id)::int as entries, count(distinct line)::int as lines from ${table.relation(days)} as e group by file order by file`;
  const found = await all(table.ask({ text }));
  await table.close();
  return found;
}

const whole = days.map((day, index) => {
  const count = [51, 51, 52][index];
  return { file: `audit_${day}.parquet`, entries: count, lines: count };
});

// Which changes those are: the staging directory and the lock first, then of each file fsync, mkdir and rename.
test("killed at any moment, it leaves only whole files, and the next run finishes", async () => {
  const journal = journalOf(50);
  const lake = join(newDirectory(), "lake");
  const signals: (string | null)[] = [];
  for (const at of [2, 7, 10, 13, 1000]) {
    signals.push(await writeAndDie(journal, lake, at));
    const files = readdirSync(lake).some((name) => name.startsWith("day=")) ? await entriesIn(lake) : [];
    expect(whole).toEqual(expect.arrayContaining(files));
  }
  expect(signals).toEqual(["SIGKILL", "SIGKILL", "SIGKILL", "SIGKILL", null]);
  expect(await entriesIn(lake)).toEqual(whole);
  expect(readdirSync(join(lake, "_writing"))).toEqual([]);
});

test("of two that write at once one is refused, and the lake is whole", async () => {
  const journal = journalOf(50);
  const lake = join(newDirectory(), "lake");
  const both = await Promise.allSettled([writeLake(journal, lake), writeLake(journal, lake)]);
  expect(both.map((each) => (each.status === "rejected" ? each.reason.code : each.status))).toEqual([
    "fulfilled",
    "JOURNAL_ALREADY_OPEN",
  ]);
  expect(await entriesIn(lake)).toEqual(whole);
});

test("told to stop, it stops with the reason, and what was written by then stays", async () => {
  const journal = journalOf(50);
  const lake = join(newDirectory(), "lake");
  const stop = new AbortController();
  const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }) => {
    if (bytes > totalBytes / 3) stop.abort(new Error("enough"));
  };
  await expect(writeLake(journal, lake, { signal: stop.signal, onProgress })).rejects.toThrow("enough");
  expect((await entriesIn(lake)).length).toBeLessThan(3);
  expect((await writeLake(journal, lake)).files).toBe(3);
});

describeWithDisk("on a disk that is full", () => {
  test("it says so, leaves the lake as it was, and goes on when there is room", async () => {
    const journal = journalOf(50);
    const disk = mountDisk(400_000);
    const lake = join(disk, "lake");
    await writeLake(journal, lake);
    const before = await entriesIn(lake);
    writeFileSync(join(disk, "something else"), Buffer.alloc(300_000));
    const grown = join(journal, `audit_${days[2]}.jsonl`);
    writeFileSync(grown, Buffer.from(`${crypto.randomUUID().repeat(9)}\n`.repeat(3000)), { flag: "a" });
    for (let line = 0; line < 3000; line += 1)
      writeFileSync(grown, `${Array.from({ length: 5 }, () => crypto.randomUUID()).join()}\n`, { flag: "a" });
    await expect(writeLake(journal, lake)).rejects.toMatchObject({
      code: "LAKE_UNWRITABLE",
      message: expect.stringMatching(/which is as it was: .*No space left on device/i),
    });
    expect(await entriesIn(lake)).toEqual(before);
    rmSync(join(disk, "something else"));
    expect(await writeLake(journal, lake)).toMatchObject({ unreadableLines: 6000 });
  });
});

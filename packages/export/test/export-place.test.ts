import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { anchorJournal } from "@openrouter-audit/anchor";
import { thisProcess } from "@openrouter-audit/core/seal";
import { BagWriter } from "../src/bag/bag-writer.ts";
import { zipBag } from "../src/bag/zip-bag.ts";
import { type ExportOptions, exportPackage, verifyPackage } from "../src/index.ts";
import { newDirectory, now, root, sealedDays } from "./support/sealed-days.ts";

const period = { since: new Date("2026-11-03"), until: new Date("2026-11-06") };
let journal: string;
beforeEach(async () => {
  journal = await sealedDays();
});
const exported = (out: string, options: Partial<ExportOptions> = {}) =>
  exportPackage(journal, { ...period, root, now, out, ...options });

const id = "01a20ff7-6428-42ec-8d31-b424d3e6e5bb";

/** A folder that a process was working in: one that has ended, or this one. */
function workedIn(directory: string, isDead: boolean): string {
  mkdirSync(join(directory, "bag"), { recursive: true });
  const dead = isDead ? { pid: spawnSync("true").pid, started: "1" } : {};
  writeFileSync(join(directory, "lock"), JSON.stringify({ id, ...thisProcess(), ...dead }));
  return directory;
}

test("what an export left that was killed is removed by the next one, and what another is making is not", async () => {
  const place = newDirectory();
  workedIn(join(place, `.other.zip.${id}.partial`), true);
  const alive = workedIn(join(place, `.bag.${id.replace("0", "1")}.partial`), false);
  const unpacked = workedIn(join(tmpdir(), `openrouter-audit-package-${id}`), true);
  await exported(join(place, "bag.zip"));
  expect(readdirSync(place).sort()).toEqual([alive.split("/").at(-1), "bag.zip"]);
  await verifyPackage(join(place, "bag.zip"));
  expect(existsSync(unpacked)).toBe(false);
});

test("in the journal itself, or where a link stands, nothing is written", async () => {
  const before = readdirSync(journal);
  const linked = join(newDirectory(), "linked");
  symlinkSync(journal, linked);
  for (const out of [join(journal, "bag.zip"), join(journal, "anchor", "bag"), join(linked, "bag")])
    await expect(exported(out)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("is in the journal"),
    });
  expect(readdirSync(journal)).toEqual(before);
  const place = newDirectory();
  symlinkSync(join(place, "nowhere"), join(place, "bag"));
  await expect(exported(join(place, "bag"))).rejects.toMatchObject({
    code: "PACKAGE_UNWRITABLE",
    message: expect.stringContaining("is a symbolic link"),
  });
  expect(readdirSync(place)).toEqual(["bag"]);
});

test("a log that is written to and anchored while it is copied is not called cut off", async () => {
  const name = "audit_2026-11-05.jsonl";
  const text = readFileSync(join(journal, name), "utf8");
  const later = newDirectory();
  cpSync(journal, later, { recursive: true });
  // Signed up to here.
  writeFileSync(join(journal, name), `${text.split("\n").slice(0, 4).join("\n")}\n`);
  rmSync(join(journal, "anchor"), { recursive: true });
  for (const directory of [journal, later])
    await anchorJournal({ directory, root, now: () => new Date("2026-11-05T09:01:00Z") });
  const out = join(newDirectory(), "bag");
  const made = await exported(out, {
    now: new Date("2026-11-05T09:01:30Z"),
    onProgress: ({ doing, bytes, totalBytes }) => {
      if (doing === "copying" && bytes === totalBytes)
        cpSync(later, journal, { recursive: true, force: true });
    },
  });
  expect(made.verification.problems).toEqual([]);
});

test("a file that retention archives meanwhile is named, and nothing is left", async () => {
  const name = join(journal, "audit_2026-11-05.jsonl");
  const place = newDirectory();
  const archived = exported(join(place, "bag"), {
    onProgress: () => {
      if (!existsSync(name)) return;
      writeFileSync(`${name}.gz.new`, gzipSync(readFileSync(name)));
      renameSync(`${name}.gz.new`, `${name}.gz`);
      rmSync(name);
    },
  });
  await expect(archived).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
    message: expect.stringContaining("archived or deleted while"),
  });
  expect(readdirSync(place)).toEqual([]);
});

test("a stop is heeded while the archive is written", async () => {
  const bag = new BagWriter(join(newDirectory(), "bag"));
  await bag.add("data/x", "x");
  const target = join(newDirectory(), "bag.zip");
  await expect(zipBag(bag, "bag", target, now, { signal: AbortSignal.abort() })).rejects.toThrow();
});

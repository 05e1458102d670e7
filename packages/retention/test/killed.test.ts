import { execFileSync, spawn } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { anchorJournal } from "@openrouter-audit/anchor";
import { verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import { retain } from "../src/index.ts";
import { filesIn, newDirectory, newJournal, OldLog, root, secret } from "./support/old-journal.ts";

import.meta.jest.setTimeout(120_000);
const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const november = "2026-11-26T12:00:00.000Z";
const now = () => new Date(november);

// A process runs what was built. Does nothing when the build is up to date.
beforeAll(() => {
  const tsc = fromHere("../../../node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-b", fromHere("..")], { stdio: "inherit" });
});

/** Runs the retention in a process, and kills it hard at a step of its work on files. */
async function kill(directory: string, killAt: string) {
  const preload = fromHere("../../anchor/test/support/kill-at.mjs");
  const words = ["--import", preload, fromHere("support/retain-once.mjs"), directory, secret, november];
  const child = spawn(process.execPath, words, { env: { PATH: process.env.PATH, KILL_AT: killAt } });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  const [stderr, signal] = await Promise.all([text(child.stderr), ended]);
  return { signal, stderr };
}

/** A log over two days that go, and one that is compressed, and a log that stays. */
function smallJournal(): string {
  const directory = newJournal();
  const first = new OldLog(directory, "2026-06-01T10:00:00.000Z").write("2026-06-02T11:00:00.000Z", "anna");
  first.write("2026-10-01T11:00:00.000Z", "ben").close("2026-10-01T12:00:00.000Z");
  const links = [first.head];
  new OldLog(directory, "2026-11-25T10:00:00.000Z", { links }).close("2026-11-25T11:00:00.000Z");
  return directory;
}

const outcome = ["audit_2026-10-01.jsonl.gz", "audit_2026-11-25.jsonl"];

test("a run that is killed at any step leaves a journal that verifies, and the next run finishes it", async () => {
  const original = smallJournal();
  await anchorJournal({ directory: original, root, now });
  const october = readFileSync(join(original, "audit_2026-10-01.jsonl"));
  const steps: string[][] = [];
  for (let left: string[] = []; left.join() !== outcome.join(); steps.push(left)) {
    // Begun anew for each step: what is left by a kill is what is looked at.
    const directory = newDirectory();
    cpSync(original, directory, { recursive: true });
    expect(await kill(directory, `${steps.length + 1} later`)).toEqual({ signal: "SIGKILL", stderr: "" });
    left = filesIn(directory);
    const found = await verifyJournal(directory, { key: root.vkey, now: now() });
    expect(found.problems.filter(({ verdict }) => verdict !== "DUPLICATE")).toEqual([]);

    await retain(directory, {}, { root, now });

    expect(filesIn(directory)).toEqual(outcome);
    expect(gunzipSync(readFileSync(join(directory, outcome[0]!)))).toEqual(october);
    expect(await verifyJournal(directory, { key: root.vkey, now: now() })).toMatchObject({
      result: "intact",
      problems: [],
    });
    expect(await tombstonesIn(directory)).toEqual(["audit_2026-06-01.jsonl", "audit_2026-06-02.jsonl"]);
  }
  // Both deletions, an archive that is only begun, one that has its original beside it: all of that was there.
  const states = new Set(steps.map((left) => left.map((name) => name.replace(/-[0-9a-f-]{36}/, "")).join()));
  expect(states.size).toBeGreaterThanOrEqual(6);
});

/** What tombstones were written for, each once. */
async function tombstonesIn(directory: string): Promise<unknown[]> {
  const { notes } = await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!]);
  return notes
    .filter(({ event_type }) => event_type === "audit.deleted")
    .map(({ detail }) => (detail as { files: { file: string }[] }).files[0]!.file);
}

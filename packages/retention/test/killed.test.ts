import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { anchorJournal } from "@openrouter-audit/anchor";
import { verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import { buildPackage } from "../../../test/support/build-package.ts";
import { retain } from "../src/index.ts";
import { filesIn, newDirectory, newJournal, OldLog, root, secret } from "./support/old-journal.ts";

import.meta.jest.setTimeout(120_000);
const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const november = "2026-11-26T12:00:00.000Z";
const now = () => new Date(november);

beforeAll(() => buildPackage("retention"));

/** Runs the retention in a process, with something loaded before. */
async function inProcess(directory: string, preload: string, env: Record<string, string>) {
  const words = ["--import", fromHere(preload), fromHere("support/retain-once.mjs")];
  const child = spawn(process.execPath, [...words, directory, secret, november], {
    env: { PATH: process.env.PATH, ...env },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  const [stderr, signal] = await Promise.all([text(child.stderr), ended]);
  return { signal, stderr };
}

/** What a kill at each step of its work on files would leave. */
async function leftByKills(directory: string): Promise<string[]> {
  const images = newDirectory();
  const env = { IMAGES_OF: directory, IMAGES: images };
  const ended = await inProcess(directory, "support/image-at.mjs", env);
  expect(ended).toEqual({ signal: null, stderr: "" });
  return readdirSync(images).map((name) => join(images, name));
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

/** What a retention that comes afterwards makes of what was left. */
async function isFinished(directory: string, october: Buffer): Promise<void> {
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

test("a run that is killed at any step leaves a journal that verifies, and the next run finishes it", async () => {
  const original = smallJournal();
  await anchorJournal({ directory: original, root, now });
  const october = readFileSync(join(original, "audit_2026-10-01.jsonl"));
  const directory = newDirectory();
  cpSync(original, directory, { recursive: true });
  const images = await leftByKills(directory);
  const left = images.map((image) => filesIn(image).map((name) => name.replace(/-[0-9a-f-]{36}/, "")));
  for (const image of images) await isFinished(image, october);
  expect(filesIn(directory)).toEqual(outcome);
  // Both deletions, an archive that is only begun, one that has its original beside it: all of that was there.
  expect(new Set(left.map((names) => names.join())).size).toBeGreaterThanOrEqual(6);

  // And one that is really killed, hard, in the middle, leaves what was said that it would.
  const middle = Math.floor(images.length / 2);
  const killed = newDirectory();
  cpSync(original, killed, { recursive: true });
  const env = { KILL_AT: `${middle + 1} later` };
  const ended = await inProcess(killed, "../../anchor/test/support/kill-at.mjs", env);
  expect(ended).toEqual({ signal: "SIGKILL", stderr: "" });
  expect(filesIn(killed).map((name) => name.replace(/-[0-9a-f-]{36}/, ""))).toEqual(left[middle]);
  await isFinished(killed, october);
});

/** What tombstones were written for, each once. */
async function tombstonesIn(directory: string): Promise<unknown[]> {
  const { notes } = await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!]);
  return notes
    .filter(({ event_type }) => event_type === "audit.deleted")
    .map(({ detail }) => (detail as { files: { file: string }[] }).files[0]!.file);
}

import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entriesIn, newDirectory, openLog } from "../../packages/core/test/support/journals.ts";
import { Writer } from "../../packages/core/test/support/processes.ts";

const { jest } = import.meta;
const event = (text: string) => ({ event_type: "test.event", metadata: { text } }) as const;

/** Only the clock: files, timers and processes are real. */
export function setClock(time: string): void {
  const doNotFake = ["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate", "clearImmediate"];
  doNotFake.push("setInterval", "clearInterval", "setTimeout", "clearTimeout");
  jest.useFakeTimers({ doNotFake: doNotFake as never, now: new Date(time) });
}

export const journalFiles = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => /\.jsonl(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(directory, name));

/** Two logs one after the other, of four entries each in the commits that they came in. */
export async function restarted(): Promise<string> {
  const directory = newDirectory();
  for (const run of ["first", "second"]) {
    const { log } = openLog(directory);
    await Promise.all([log.record(event(`${run} 1`)), log.record(event(`${run} 2 \ud83d\udd11 \u2028 "`))]);
    await log.close();
  }
  return directory;
}

/** Two logs, each over two of three days, the older files compressed; the second has files of its own. */
export async function archived(): Promise<string> {
  const directory = newDirectory();
  for (const [begin, end, files] of [
    ["2026-11-24T23:00:00.000Z", "2026-11-25T01:00:00.000Z", "shared"],
    ["2026-11-25T23:00:00.000Z", "2026-11-26T01:00:00.000Z", "per_process"],
  ] as const) {
    setClock(begin);
    const { log } = openLog(directory, { files });
    await log.record(event("on the first day"));
    setClock(end);
    await Promise.all([log.record(event("on the next day")), log.record(event("at once"))]);
    await log.close();
  }
  jest.useRealTimers();
  execFileSync("gzip", ["-9", ...journalFiles(directory).slice(0, 2)]);
  return directory;
}

/** Two real processes that write at once. */
export async function shared(): Promise<string> {
  const directory = newDirectory();
  const writers = [12, 8].map((entries) => new Writer(directory, "some", entries));
  for (const writer of writers) expect(await writer.ended).toEqual({ code: 0, signal: null });
  return directory;
}

/** A process that was killed while it wrote, and the log after it. */
export async function killed(): Promise<string> {
  const directory = newDirectory();
  const writer = new Writer(directory, "forever");
  await writer.hasRecorded(1);
  await writer.kill();
  await openLog(directory).log.close();
  return directory;
}

export function copyOf(directory: string): string {
  const copy = newDirectory();
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** An hour after the last entry: nothing is alive any more. */
export function anHourAfter(directory: string): Date {
  const times = entriesIn(directory, { skipTorn: true }).map(({ recorded_at }) => Date.parse(recorded_at));
  return new Date(Math.max(...times) + 3_600_000);
}

/** Changes the lines (without LF) of one file, which may be compressed; `change` may return bytes instead. */
export function damage(path: string, change: (lines: string[]) => string[] | string): void {
  const text = path.endsWith(".gz")
    ? execFileSync("gzip", ["-dc", path]).toString()
    : readFileSync(path, "utf8");
  const changed = change(text.replace(/\n$/, "").split("\n"));
  const bytes = typeof changed === "string" ? changed : changed.map((line) => `${line}\n`).join("");
  writeFileSync(path, path.endsWith(".gz") ? execFileSync("gzip", ["-9"], { input: bytes }) : bytes);
}

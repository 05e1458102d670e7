import { renameSync, writeFileSync } from "node:fs";
import { fakeTime } from "./tools.ts";

/** What a process is started with for its time to go so much faster, its timers too; null without libfaketime. */
export function fasterTime(rate: number, begin = "2026-03-01 12:00:00"): Record<string, string> | null {
  const library = fakeTime();
  return library ? { LD_PRELOAD: library, FAKETIME: `@${begin} x${rate}`, TZ: "UTC" } : null;
}

/**
 * What a process is started with for its clock to say what a file says, while its timers go as they do; null without
 * libfaketime. The file is read each time somebody looks at the clock.
 */
export function toldTime(path: string): Record<string, string> | null {
  const library = fakeTime();
  if (!library) return null;
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: path,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: "UTC",
  };
}

/** Sets a clock that {@link toldTime} reads. It goes on from there. */
export function setClock(path: string, time: Date): void {
  writeFileSync(`${path}.new`, `@${time.toISOString().slice(0, 19).replace("T", " ")}\n`);
  renameSync(`${path}.new`, path);
}

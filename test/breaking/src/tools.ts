import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const fakeTimes = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"].map(
  (folder) => `${folder}/faketime/libfaketime.so.1`,
);

/** Whether a program can be run here. */
export function has(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** The library that makes clocks run as told, or null. */
export function fakeTime(): string | null {
  return fakeTimes.find((path) => existsSync(path)) ?? null;
}

import { readdirSync, statSync } from "node:fs";
import { UnusableError } from "../exit-code.ts";

/** Whether a path is a lake. Here, because what reads one is loaded only when it is. */
export function isLakePlace(path: string | undefined): path is string {
  if (path === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const isDay = /^day=\d{4}-\d{2}-\d{2}$/;
  return readdirSync(path, { withFileTypes: true }).some(
    (each) => each.isDirectory() && isDay.test(each.name),
  );
}

/** The lake that the only argument names; null when they are files. @throws UnusableError */
export function lakeIn(given: readonly string[]): string | null {
  const lakes = given.filter(isLakePlace);
  if (lakes.length > 0 && given.length > 1)
    throw new UnusableError("Name one lake, or files: each claims to be whole.");
  return lakes[0] ?? null;
}

import { readFileSync } from "node:fs";
import { UnusableError } from "./exit-code.ts";

/** The value of an option that takes a text or `@file`. @throws UnusableError */
export function fileOrText(value: string): string {
  if (!value.startsWith("@")) return value.trim();
  const path = value.slice(1);
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new UnusableError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
}

import { readFileSync } from "node:fs";
import { UnusableError } from "../exit-code.ts";
import { jsonLine } from "../format/visible.ts";

/** What an id of OpenRouter may be: no spaces, no letters of other alphabets. */
const anId = /^[\x21-\x7e]{1,256}$/;

/** The ids in a file, a line each. @throws UnusableError when it cannot be read, or a line is no id */
export function idsIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UnusableError(`Cannot read ${file}: ${(cause as Error).message}.`, { cause });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const wrong = lines.findIndex((line) => line !== "" && !anId.test(line));
  if (wrong >= 0)
    throw new UnusableError(
      `Line ${wrong + 1} of ${file} is no id of a generation: ${jsonLine(lines[wrong]!.slice(0, 80))}. One is like gen-1764000000-AbCd, on a line of its own.`,
    );
  return lines.filter((line) => line !== "");
}

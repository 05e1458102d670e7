import { existsSync, readFileSync } from "node:fs";
import { journalFacts } from "./journal-facts.ts";

/** The ids of what a file sink has, in the order they came, each time that they came. */
export function deliveredIn(path: string): string[] {
  return linesIn(path).map((line) => (JSON.parse(line) as { id: string }).id);
}

/** The ids of what stands in a journal, and a file sink does not have. */
export function undelivered(directory: string, path: string): string[] {
  const delivered = new Set(deliveredIn(path));
  return journalFacts(directory)
    .lines.map(({ id }) => id)
    .filter((id) => !delivered.has(id));
}

/** The whole lines of a file; none of one that is not there. */
export function linesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  // The last line may be on its way.
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

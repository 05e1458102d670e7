import { anchorsBeside } from "@openrouter-audit/anchor";
import type { CommandIo } from "./command-io.ts";
import { anchorsSaidFor } from "./journal-directory.ts";

/**
 * Where the anchor logs of journal directories are to be read, when that is elsewhere than in them. Of several, which one the variable
 * speaks of may be unknown: then those in them are read as well, for each of them excuses and proves only what it names.
 *
 * @param named those that somebody named, which take the place of all others
 */
export function anchorsToVerify(
  directories: readonly string[],
  named: readonly string[] | undefined,
  env: CommandIo["env"],
): readonly string[] | undefined {
  if (named !== undefined) return named;
  const said = directories.flatMap((directory) => anchorsSaidFor(directory, {}, env) ?? []);
  if (said.length === 0) return undefined;
  return directories.length === 1 ? said : [...new Set([...said, ...anchorsBeside(directories)])];
}

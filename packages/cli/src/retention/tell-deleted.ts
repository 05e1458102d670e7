import { anchorsFor, journalDirectory } from "../journal-directory.ts";
import { isFile } from "../journal-paths.ts";
import { isLakePlace } from "../store/lake-place.ts";
import { isStore } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { deletedDays, deletedText } from "./deleted-days.ts";

/** Tells who asks about a time of which days were deleted that there was something once. */
export function tellDeleted(
  given: string | undefined,
  { since, until }: { readonly since?: Date | undefined; readonly until?: Date | undefined },
  { env, stderr }: Pick<Terminal, "env" | "stderr">,
): void {
  const place = given ?? journalDirectory(undefined, env);
  // What a store or a lake has is not deleted with the files.
  if (isStore(place) || isLakePlace(place) || isFile(place)) return;
  const [first, end] = [since?.toISOString().slice(0, 10) ?? "", until?.toISOString() ?? "9999"];
  const days = deletedDays(anchorsFor(place, {}, env)).filter((day) => day >= first && day < end);
  const text = deletedText(days);
  if (text !== null) stderr.write(`Of this time, ${text}: what was in them is not in this answer.\n`);
}

import { unreadLog } from "@openrouter-audit/retention";
import { visible } from "../format/visible.ts";
import { anchorsFor, journalDirectory } from "../journal-directory.ts";
import { isFile } from "../journal-paths.ts";
import { isLakePlace } from "../store/lake-place.ts";
import { isStore } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { deletedDays, deletedText } from "./deleted-days.ts";

interface Asked {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** The anchor log, as somebody said. */
  readonly anchors?: string | undefined;
}

/** That days of the time asked for were deleted of a journal, as a clause; null when none were. */
export function deletedIn(
  given: string | undefined,
  { since, until, anchors }: Asked,
  env: Terminal["env"],
): string | null {
  const place = journalOf(given, env);
  if (place === null) return null;
  const [first, end] = [since?.toISOString().slice(0, 10) ?? "", until?.toISOString() ?? "9999"];
  const days = deletedDays(anchorsFor(place, { anchors }, env));
  return deletedText(days.filter((day) => day >= first && day < end));
}

/** That nobody knows whether some were, as a clause; null where the anchor log of the journal was looked at, or it has none. */
export function unknownDeleted(
  given: string | undefined,
  { anchors }: Asked,
  env: Terminal["env"],
): string | null {
  const place = journalOf(given, env);
  const unread = place === null ? null : unreadLog(place, anchorsFor(place, { anchors }, env));
  return unread === null ? null : `the tombstones of this journal are ${unread}`;
}

function journalOf(given: string | undefined, env: Terminal["env"]): string | null {
  const place = given ?? journalDirectory(undefined, env);
  // What a store or a lake has is not deleted with the files.
  return isStore(place) || isLakePlace(place) || isFile(place) ? null : place;
}

/** Tells who asks about a time of which days were deleted that there was something once. */
export function tellDeleted(
  given: string | undefined,
  asked: Asked,
  { env, stderr }: Pick<Terminal, "env" | "stderr">,
): void {
  const text = deletedIn(given, asked, env);
  if (text !== null) stderr.write(`Of this time, ${text}: what was in them is not in this answer.\n`);
  const unknown = unknownDeleted(given, asked, env);
  if (unknown !== null)
    stderr.write(
      `Whether retention deleted days of this time is not known: ${visible(unknown)}. Say where that is: OPENROUTER_AUDIT_ANCHOR_DIR.\n`,
    );
}

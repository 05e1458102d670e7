import { readBytes } from "./read-bytes.ts";
import { unreadable } from "./unreadable.ts";

/**
 * Reads a journal file to its end, and says how many bytes its longest line has: 0 when all are shorter than a block of the
 * reading (1 MiB). Who has others read an archive knows by this that they saw the whole of it: they may take one that is cut for complete.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` for what {@link readJournal} does not read either: an archive that is cut, none, or
 * unpacks to far more than a journal does
 * @throws the signal's reason
 */
export async function longestLineOf(path: string, signal?: AbortSignal): Promise<number> {
  let longest = 0;
  let begun = 0;
  try {
    for await (const bytes of readBytes(path)) {
      signal?.throwIfAborted();
      const end = bytes.indexOf(0x0a);
      if (begun > 0) longest = Math.max(longest, begun + (end < 0 ? bytes.length : end));
      begun = end < 0 ? begun + bytes.length : bytes.length - bytes.lastIndexOf(0x0a) - 1;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(path, cause);
  }
  return longest;
}

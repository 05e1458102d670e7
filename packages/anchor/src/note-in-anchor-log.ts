import { existsSync } from "node:fs";
import { join } from "node:path";
import { AuditError, journalFiles } from "@openrouter-audit/core";
import { type AnchoredHeads, anchorFile } from "@openrouter-audit/core/seal";
import type { OpenAnchorLog } from "./anchor-journal.ts";
import { type KeptAnchorLog, type WriterOptions, withWriter } from "./with-writer.ts";

export interface NoteOptions extends WriterOptions {
  /** Whether an anchor log is begun where there is neither one nor a journal: that of a table, say. @default false */
  readonly begin?: boolean;
  /** @default the clock */
  readonly now?: () => Date;
}

/** An anchor log that nobody else writes to meanwhile. */
export interface NotedAnchorLog extends Omit<OpenAnchorLog, "verification" | "first"> {
  /** Where it is. */
  readonly directory: string;
  /** The `chain_hash` of its first line; null before that is written: the first note begins it. */
  readonly first: string | null;
  /** The newest head of each log that was anchored. */
  readonly heads: AnchoredHeads["heads"];
}

/**
 * Notes something in an anchor log without looking at the journal: what is no statement about it, such as a legal hold, or is about
 * a store. The anchor log itself is verified before, and the lock excludes whoever deletes, archives or anchors meanwhile.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when there is neither a journal nor an anchor log; `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN`
 * when another process is at it; `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 * @throws what the work throws; what was noted by then stays
 */
export async function noteInAnchorLog<T>(
  options: NoteOptions,
  work: (log: NotedAnchorLog) => Promise<T>,
): Promise<KeptAnchorLog & { readonly result: T }> {
  const { directory: journal, anchors, begin = false, now = () => new Date() } = options;
  if (!begin) refuseNothing(journal, anchors);
  return withWriter(options, async ({ writer, found, rootKeys }) => {
    const { directory, read } = found;
    const { notes, cuts, heads } = read;
    let begun: Promise<void> | null = null;
    const began = () => {
      begun ??= writer.begin(now());
      return begun;
    };
    if (begin) await began();
    const result = await work({
      directory,
      rootKeys,
      get first() {
        return writer.first;
      },
      notes,
      cuts,
      heads,
      note: async (event, detail, who = {}) => {
        await began();
        return writer.note(event, detail, now(), who);
      },
    });
    await began();
    return result;
  });
}

/** What is noted where nobody reads it, because of a slip in a path, would be worse than nothing. */
function refuseNothing(journal: string, anchors: string): void {
  if (existsSync(join(anchors, anchorFile)) || isJournal(journal)) return;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `There is no journal in ${journal}, and no anchor log in ${anchors}. Nothing was noted.`,
  );
}

function isJournal(directory: string): boolean {
  return (
    existsSync(directory) && (existsSync(join(directory, "public-key")) || journalFiles(directory).length > 0)
  );
}

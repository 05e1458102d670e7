import type { AnchoredHeads } from "@openrouter-audit/core/seal";
import type { OpenAnchorLog } from "./anchor-journal.ts";
import { type KeptAnchorLog, type WriterOptions, withWriter } from "./with-writer.ts";

export interface NoteOptions extends WriterOptions {
  /** @default the clock */
  readonly now?: () => Date;
}

/** An anchor log that nobody else writes to meanwhile. */
export interface NotedAnchorLog extends Omit<OpenAnchorLog, "verification"> {
  /** Where it is. */
  readonly directory: string;
  /** The newest head of each log that was anchored. */
  readonly heads: AnchoredHeads["heads"];
}

/**
 * Notes something in an anchor log without looking at the journal: what is no statement about it, such as a legal hold, or is about
 * a store. The anchor log itself is verified before, and the lock excludes whoever deletes, archives or anchors meanwhile.
 *
 * @throws AuditError `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN` when another process is at it; `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 * @throws what the work throws; what was noted by then stays
 */
export async function noteInAnchorLog<T>(
  options: NoteOptions,
  work: (log: NotedAnchorLog) => Promise<T>,
): Promise<KeptAnchorLog & { readonly result: T }> {
  const { now = () => new Date() } = options;
  return withWriter(options, async ({ writer, found, rootKeys }) => {
    const { directory, read } = found;
    const { notes, cuts, heads } = read;
    await writer.begin(now());
    const note: NotedAnchorLog["note"] = (event, detail, who = {}) => writer.note(event, detail, now(), who);
    return work({ directory, rootKeys, first: writer.first!, notes, cuts, heads, note });
  });
}

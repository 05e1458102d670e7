import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type JournalVerification,
  type JsonObject,
  type LogVerification,
  verifyJournal,
} from "@openrouter-audit/core";
import {
  type AnchoredHeads,
  anchorFile,
  type EntryDraft,
  type LogHead,
  type RootSigner,
} from "@openrouter-audit/core/seal";
import type { AnchorSink } from "./anchor.ts";
import { anchorDirectory } from "./anchor-directory.ts";
import type { AnchorWriter, NotedAt, NotedEvent } from "./anchor-writer.ts";
import { type Contradiction, contradictionsIn } from "./contradictions.ts";
import { refuseOtherLog } from "./retention-log.ts";
import { type KeptAnchorLog, withWriter } from "./with-writer.ts";

export interface AnchorOptions {
  /** The journal. */
  readonly directory: string;
  /** Where the anchor log is kept; made when missing. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string;
  /** The root key. Every line is signed with it. */
  readonly root: RootSigner;
  /** Where the anchor goes after each run, one after the other. */
  readonly sinks?: readonly AnchorSink[];
  /** After how long without anything new that is written down. @default 3_600_000 (an hour) */
  readonly heartbeatMs?: number;
  /** Told how much of the journal was verified. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
  /** @default the clock */
  readonly now?: () => Date;
}

/** What a run found and did. */
export interface AnchorRun extends KeptAnchorLog {
  /** The heads that were new. */
  readonly anchored: readonly LogHead[];
  /** Logs that are not what was anchored or sealed. Their older heads stay. */
  readonly contradicted: readonly Contradiction[];
  readonly verification: JournalVerification;
}

/** So that one line stays small. docs/seal.md, "Anchors". */
const mostHeads = 256;

/**
 * Verifies a journal against the heads that were anchored before, anchors those that are new, and gives the anchor to
 * its sinks. What a sink cannot keep is in the result; the anchor itself is on the disk by then.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no journal; `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN`
 * when another process is at it; `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`; `INVALID_OPTIONS` when the journal has its holds and tombstones in
 * another anchor log
 */
export async function anchorJournal(options: AnchorOptions): Promise<AnchorRun> {
  return (await withAnchorLog(options, async () => undefined)).run;
}

/** A journal that was verified just now, and its anchor log, which nobody else writes to meanwhile. */
export interface OpenAnchorLog {
  readonly verification: JournalVerification;
  /** The root vkeys that are trusted. */
  readonly rootKeys: readonly string[];
  /** The `chain_hash` of its first line: which anchor log it is, wherever it is kept. */
  readonly first: string;
  /** What was noted before, oldest first, this run's own notes not included. */
  readonly notes: AnchoredHeads["notes"];
  /** What was deleted before. */
  readonly cuts: AnchoredHeads["cuts"];
  /**
   * Notes what is done with the journal, and by whom. On the disk when it resolves.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `KEY_MISMATCH`
   */
  note(event: NotedEvent, detail: JsonObject, who?: Partial<EntryDraft>): Promise<NotedAt>;
}

/**
 * {@link anchorJournal}, and between the new heads and the sinks some work, whose notes the sinks get too. The lock of the anchor
 * log excludes another such run at the same time.
 *
 * @throws what `anchorJournal` and the work throw; what was noted by then stays
 */
export async function withAnchorLog<T>(
  options: AnchorOptions,
  work: (log: OpenAnchorLog) => Promise<T>,
): Promise<{ readonly run: AnchorRun; readonly result: T }> {
  const { directory, now = () => new Date() } = options;
  const anchors = options.anchors ?? anchorDirectory(directory);
  // Its heads would be in two places, and in neither all of them: what retention deleted is missing by all but the one that says so.
  if (!existsSync(join(anchors, anchorFile))) refuseOtherLog(directory, anchors, null);
  const { result, ...kept } = await withWriter(
    { ...options, anchors },
    async ({ writer, found, rootKeys }) => {
      refuseOtherLog(directory, anchors, writer.first);
      const verification = await verified(options, found.read.head && found.directory);
      const anchored = newHeads(verification.logs, found.read);
      const contradicted = contradictionsIn(verification);
      await writer.begin(now());
      await writeDown(writer, anchored, contradicted, found.read, options);
      const { notes, cuts } = found.read;
      const note: OpenAnchorLog["note"] = (event, detail, who = {}) => writer.note(event, detail, now(), who);
      const result = await work({ verification, rootKeys, first: writer.first!, notes, cuts, note });
      return { anchored, contradicted, verification, result };
    },
  );
  const { anchored, contradicted, verification } = result;
  return { run: { ...kept, anchored, contradicted, verification }, result: result.result };
}

/** @throws AuditError `JOURNAL_UNREADABLE` */
async function verified(
  { directory, root, onProgress, now = () => new Date() }: AnchorOptions,
  anchors: string | null,
): Promise<JournalVerification> {
  return verifyJournal(directory, {
    key: root.vkey,
    successors: false,
    anchors,
    now: now(),
    ...(onProgress && { onProgress }),
  });
}

function newHeads(logs: readonly LogVerification[], { heads }: AnchoredHeads): LogHead[] {
  const known = new Map(heads.map(({ head }) => [head.log, head.size]));
  return logs.flatMap(({ head, result }) =>
    head && result !== "tampered" && head.size > (known.get(head.log) ?? 0) ? [head] : [],
  );
}

async function writeDown(
  writer: AnchorWriter,
  anchored: readonly LogHead[],
  contradicted: readonly Contradiction[],
  { newest, contradicted: before }: AnchoredHeads,
  { heartbeatMs = 3_600_000, now = () => new Date() }: AnchorOptions,
): Promise<void> {
  const news = contradicted
    .filter(({ log, verdict }) => before.get(log)?.verdict !== verdict)
    .map(({ log, verdict }) => ({ log, verdict }));
  const entries = Math.ceil(Math.max(anchored.length, news.length) / mostHeads);
  for (let start = 0; start < entries * mostHeads; start += mostHeads) {
    const heads = anchored.slice(start, start + mostHeads).map((head) => ({ ...head }));
    const contradictions = news.slice(start, start + mostHeads);
    const detail = { heads, ...(contradictions.length > 0 && { contradicted: contradictions }) };
    await writer.anchored(detail, now());
  }
  const silentMs = newest === null ? 0 : now().getTime() - Date.parse(newest);
  if (entries === 0 && silentMs >= heartbeatMs) await writer.heartbeat(now());
}

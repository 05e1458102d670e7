import { existsSync, readFileSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import {
  AuditError,
  type JournalVerification,
  type JsonObject,
  type LogVerification,
  type ServiceFacts,
  trustedKeys,
  verifyJournal,
} from "@openrouter-audit/core";
import type { AnchoredHeads, EntryDraft, LogHead, RootSigner } from "@openrouter-audit/core/seal";
import { lockDirectory } from "@openrouter-audit/core/seal";
import type { AnchorSink } from "./anchor.ts";
import { AnchorWriter, type NotedAt, type NotedEvent, unwritable } from "./anchor-writer.ts";
import { type Contradiction, contradictionsIn } from "./contradictions.ts";
import { keepEverywhere, type SinkOutcome } from "./keep-everywhere.ts";
import { library } from "./library.ts";
import { makeDirectory } from "./make-directory.ts";
import { openAnchorLog } from "./open-anchor-log.ts";
import { publishedAnchor } from "./published-anchor.ts";

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
export interface AnchorRun {
  /** Where the anchor log is kept. */
  readonly anchors: string;
  /** The vkey of the anchor log: what a witness needs. */
  readonly vkey: string;
  /** The anchor log as it is now. */
  readonly head: LogHead;
  readonly checkpoint: string;
  /** The heads that were new. */
  readonly anchored: readonly LogHead[];
  /** Logs that are not what was anchored or sealed. Their older heads stay. */
  readonly contradicted: readonly Contradiction[];
  /** How many entries were written to the anchor log. */
  readonly written: number;
  /** What became of the anchor in each sink. */
  readonly sinks: readonly SinkOutcome[];
  readonly verification: JournalVerification;
}

/** So that one line stays small. docs/seal.md, "Anchors". */
const mostHeads = 256;

/**
 * Verifies a journal against the heads that were anchored before, anchors those that are new, and gives the anchor to
 * its sinks. What a sink cannot keep is in the result; the anchor itself is on the disk by then.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no journal; `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN`
 * when another process is at it; `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 */
export async function anchorJournal(options: AnchorOptions): Promise<AnchorRun> {
  return (await withAnchorLog(options, async () => undefined)).run;
}

/** A journal that was verified just now, and its anchor log, which nobody else writes to meanwhile. */
export interface OpenAnchorLog {
  readonly verification: JournalVerification;
  /** The root vkeys that are trusted. */
  readonly rootKeys: readonly string[];
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
  const { directory, root, sinks = [], now = () => new Date() } = options;
  const anchors = takeAnchors(options.anchors ?? anchorDirectory(directory));
  const release = lock(anchors);
  try {
    const rootKeys = trustedIn(directory, root.vkey);
    const found = await openAnchorLog(anchors, rootKeys);
    const verification = await verified(options, rootKeys, found.read.head && anchors);
    const anchored = newHeads(verification.logs, found.read);
    const contradicted = contradictionsIn(verification);
    const writer = new AnchorWriter(found, root, service());
    const before = writer.leafHashes.length;
    await writer.begin(now());
    await writeDown(writer, anchored, contradicted, found.read, options);
    const { notes, cuts } = found.read;
    const note: OpenAnchorLog["note"] = (event, detail, who = {}) => writer.note(event, detail, now(), who);
    const result = await work({ verification, rootKeys, notes, cuts, note });
    const anchor = publishedAnchor(anchors, writer, rootKeys);
    const run = {
      anchors,
      vkey: anchor.head.log_key,
      head: anchor.head,
      checkpoint: anchor.checkpoint,
      anchored,
      contradicted,
      written: writer.leafHashes.length - before,
      sinks: await keepEverywhere(anchor, sinks),
      verification,
    };
    return { run, result };
  } finally {
    release();
  }
}

/** Where the anchor log of a journal is kept unless somebody says otherwise. */
export function anchorDirectory(directory: string, env: NodeJS.ProcessEnv = process.env): string {
  return env.OPENROUTER_AUDIT_ANCHOR_DIR || join(directory, "anchor");
}

function takeAnchors(directory: string): string {
  try {
    makeDirectory(resolve(directory));
    return realpathSync(directory);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
}

function lock(anchors: string): () => void {
  try {
    return lockDirectory(anchors);
  } catch (cause) {
    throw "syscall" in (cause as object) ? unwritable(anchors, cause) : cause;
  }
}

/** @throws AuditError `JOURNAL_UNREADABLE`, `KEY_MISMATCH` */
async function verified(
  { directory, root, onProgress, now = () => new Date() }: AnchorOptions,
  rootKeys: readonly string[],
  anchors: string | null,
): Promise<JournalVerification> {
  const own = publicKeyIn(directory);
  if (own !== null && !rootKeys.includes(own))
    throw new AuditError(
      "KEY_MISMATCH",
      `The journal in ${directory} belongs to the key ${own}, and the root key given is ${root.vkey}: another secret, ` +
        "another name, or a key that was rotated since. Nothing was anchored.",
    );
  return verifyJournal(directory, {
    key: root.vkey,
    successors: false,
    anchors,
    now: now(),
    ...(onProgress && { onProgress }),
  });
}

/** The root key, and those it took over from: they go on verifying what they signed. Not keys that took over from it. */
function trustedIn(directory: string, vkey: string): string[] {
  const { keys } = existsSync(directory)
    ? trustedKeys(directory, vkey, { successors: false })
    : { keys: [{ vkey }] };
  return keys.map((key) => key.vkey);
}

function publicKeyIn(directory: string): string | null {
  const path = join(directory, "public-key");
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
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
    .filter(({ log, verdict }) => before.get(log) !== verdict)
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

function service(): ServiceFacts {
  const { name, version } = library;
  return { name, version, instance: `${hostname()}/${process.pid}` };
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "../entry/entry.ts";
import type { JournalLine } from "../journal/line-splitter.ts";
import { RefusedFile } from "../journal/read-bytes.ts";
import { readLines } from "../journal/read-lines.ts";
import { unreadable } from "../journal/unreadable.ts";
import { checkpointText } from "../seal/line.ts";
import { isProvenHead, type LogHead } from "../seal/log-head.ts";
import { formatNote, type NoteVerifier } from "../seal/signed-note.ts";
import { AnchorLog } from "./anchor-log.ts";
import { compareBeside, compareKnown, ofAnchorLog, wasPublished } from "./anchor-published.ts";
import type { Cut } from "./cut.ts";
import type { KnownHead } from "./known-heads.ts";
import { cutsOf } from "./tombstone.ts";
import type { LinePosition, VerificationProblem } from "./verdict.ts";

/** The file of an anchor log, in a directory of its own. */
export const anchorFile = "anchor.jsonl";

const noted: ReadonlySet<string> = new Set([
  "audit.archived",
  "audit.deleted",
  "audit.hold",
  "audit.approved",
]);

/** When something was anchored, and where that is written. */
export interface AnchoredAt {
  /** `recorded_at` of the entry. */
  readonly time: string;
  readonly seq: number;
  readonly at: LinePosition;
}

export interface AnchoredHead extends AnchoredAt {
  readonly head: LogHead;
}

export interface AnchoredCut extends AnchoredAt {
  readonly cut: Cut;
}

/** What an anchor log says, as far as it verifies. */
export interface AnchoredHeads {
  /** The anchor log itself, as a head; null when not one line of it verifies. */
  readonly head: LogHead | null;
  /** The same as a C2SP checkpoint. */
  readonly checkpoint: string | null;
  /** `recorded_at` of its newest entry. */
  readonly newest: string | null;
  /** The newest head of each log. */
  readonly heads: readonly AnchoredHead[];
  /** What was deleted of the journal, oldest first. */
  readonly cuts: readonly AnchoredCut[];
  /** What else was noted of the journal, oldest first: entries `audit.archived`, `audit.deleted`, `audit.hold`, `audit.approved`. */
  readonly notes: readonly AuditEntry[];
  /** Logs that were seen to contradict what was anchored of them. */
  readonly contradicted: ReadonlyMap<string, NotedContradiction>;
  readonly problems: readonly VerificationProblem[];
  /** For whoever goes on with the log or proves something of it. */
  readonly log: AnchorLog;
}

/** What an anchor log noted of a log that was not what was anchored of it. */
export interface NotedContradiction {
  /** The newest that was noted of the log. */
  readonly verdict: string;
  /** `recorded_at` of the note. */
  readonly time: string;
}

/**
 * Verifies an anchor log with the root key alone, and returns the heads in it: what `verifyJournal` takes as known heads.
 * What stands beside it (`checkpoint`, `receipts/`) was published: the log must not be older or other than that.
 *
 * @param knownHeads heads of the anchor log itself from elsewhere; those of other logs are passed over
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no anchor log, and nothing that was published of one; when the directory is not there
 */
export async function anchoredHeads(
  directory: string,
  rootKeys: readonly NoteVerifier[],
  knownHeads: readonly KnownHead[] = [],
): Promise<AnchoredHeads> {
  const isKnown = ofAnchorLog(knownHeads, rootKeys).length > 0;
  const read = await readAnchors(directory, rootKeys, { isKnown });
  compareKnown([read.log], rootKeys, knownHeads);
  return read;
}

/**
 * The same before it is compared with known heads: what contradicts them is added to the `problems` then.
 *
 * @param options isKnown: whether somebody has a head of it; within: what the places of its files begin with
 */
export async function readAnchors(
  directory: string,
  rootKeys: readonly NoteVerifier[],
  { isKnown, within = "" }: { readonly isKnown: boolean; readonly within?: string },
): Promise<AnchoredHeads> {
  const log = new AnchorLog(rootKeys);
  const heads = new Map<string, AnchoredHead>();
  const contradicted = new Map<string, NotedContradiction>();
  const cuts: AnchoredCut[] = [];
  const notes: AuditEntry[] = [];
  const times: string[] = [];
  try {
    for await (const { bytes, number, ended } of linesOf(directory, isKnown)) {
      const at = { file: join(within, anchorFile), line: number };
      const entry = log.add(bytes, ended, at);
      if (!entry) continue;
      times[entry.seq] = entry.recorded_at;
      const anchoredAt = { time: entry.recorded_at, seq: entry.seq, at };
      for (const head of headsIn(entry)) noteHead(heads, { head, ...anchoredAt }, log);
      for (const [origin, verdict] of contradictionsIn(entry))
        contradicted.set(origin, { verdict, time: entry.recorded_at });
      if (noted.has(entry.event_type)) notes.push(entry);
      for (const cut of cutsOf(entry, rootKeys)) cuts.push({ cut, ...anchoredAt });
    }
    compareBeside(log, directory, rootKeys, within);
  } catch (cause) {
    const isFiles = cause instanceof RefusedFile || "syscall" in (cause as object);
    throw isFiles ? unreadable(join(directory, anchorFile), cause) : cause;
  }
  return {
    head: log.head,
    checkpoint: log.head && checkpointOf(log.head),
    newest: times.at(-1) ?? null,
    heads: [...heads.values()].filter((anchored) => isProven(anchored, rootKeys, log)),
    cuts: notLaterThanNext(cuts, times),
    notes,
    contradicted,
    problems: log.problems,
    log,
  };
}

/** What is written behind an entry shows that its clock ran ahead: it was not deleted later than that. */
function notLaterThanNext(cuts: readonly AnchoredCut[], times: readonly string[]): AnchoredCut[] {
  const earliest = [...times];
  for (let seq = earliest.length - 2; seq >= 0; seq -= 1)
    if (earliest[seq + 1]! < earliest[seq]!) earliest[seq] = earliest[seq + 1]!;
  return cuts.map((each) => ({ ...each, cut: { ...each.cut, deletedAt: earliest[each.seq]! } }));
}

/**
 * None where the log is gone, and what was published of it is there still.
 *
 * @param isKnown whether somebody has a head of it
 */
function linesOf(directory: string, isKnown: boolean): AsyncIterable<JournalLine> {
  const file = join(directory, anchorFile);
  // A directory that is not there is more likely a slip in its name.
  const isGone = !existsSync(file) && (wasPublished(directory) || (isKnown && existsSync(directory)));
  return isGone ? noLines() : readLines(file);
}

async function* noLines(): AsyncGenerator<never> {}

/** A head as a C2SP checkpoint: a signed note. */
export function checkpointOf({ log, size, chain_hash, signature }: LogHead): string {
  return formatNote(checkpointText(log, size, chain_hash), log, signature);
}

function headsIn({ event_type, detail }: AuditEntry): LogHead[] {
  const { heads } = detail ?? {};
  if (event_type !== "audit.anchored" || !Array.isArray(heads)) return [];
  return (heads as readonly (LogHead | null)[]).filter((head) => typeof head?.log === "string") as LogHead[];
}

function contradictionsIn({ event_type, detail }: AuditEntry): [string, string][] {
  const { contradicted } = detail ?? {};
  if (event_type !== "audit.anchored" || !Array.isArray(contradicted)) return [];
  return (contradicted as readonly unknown[]).flatMap((one): [string, string][] => {
    const { log, verdict } = (one ?? {}) as { log?: unknown; verdict?: unknown };
    return typeof log === "string" && typeof verdict === "string" ? [[log, verdict]] : [];
  });
}

function noteHead(heads: Map<string, AnchoredHead>, anchored: AnchoredHead, log: AnchorLog): void {
  const { head, at, seq } = anchored;
  const before = heads.get(head.log)?.head;
  if (before && before.size === head.size && before.chain_hash !== head.chain_hash)
    log.report(
      "FORK",
      at,
      `entry ${seq} anchors another root of the ${head.size} entries of ${head.log}`,
      seq,
    );
  if (!before || before.size < head.size) heads.set(head.log, anchored);
}

function isProven(
  { head, at, seq }: AnchoredHead,
  rootKeys: readonly NoteVerifier[],
  log: AnchorLog,
): boolean {
  const proven = isProvenHead(head as unknown, rootKeys);
  if (!proven)
    log.report("BAD_LINK", at, `entry ${seq} anchors a head of ${head.log} that proves nothing`, seq);
  return proven;
}

import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { LogHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { AnchorLog } from "./anchor-log.ts";
import { compareKnown, ofAnchorLog, wasPublished } from "./anchor-published.ts";
import {
  type AnchoredHead,
  type AnchoredHeads,
  anchorFile,
  type NotedContradiction,
  readAnchors,
} from "./anchored-heads.ts";
import type { Witnessed } from "./compare-heads.ts";
import type { Cut } from "./cut.ts";
import type { KnownHead } from "./known-heads.ts";
import type { VerificationProblem } from "./verdict.ts";

/** An anchor log that was read. */
export interface ReadAnchorLog {
  readonly directory: string;
  /** The anchor log itself, as a head; null when not one line of it verifies. */
  readonly head: LogHead | null;
  /** `recorded_at` of its newest entry. */
  readonly newest: string | null;
}

/** How long a log was when it was anchored. */
export interface AnchoredSize {
  readonly size: number;
  readonly time: string;
}

/** What the anchor logs of a journal, or of several, say for its verification. */
export interface AnchorEvidence {
  readonly logs: readonly ReadAnchorLog[];
  /** Of how many of them no head from elsewhere was known. */
  readonly unknown: number;
  /** The newest heads of each log that each of them has. */
  readonly heads: readonly AnchoredHead[];
  /** By the log that was cut; what several anchor logs have is there once. */
  readonly cuts: ReadonlyMap<string, readonly Cut[]>;
  /** Logs that were not what was anchored of them when that was last looked at, by their origin. */
  readonly contradicted: ReadonlyMap<string, NotedContradiction>;
  readonly problems: readonly VerificationProblem[];
}

/** Where the anchor logs of journals are when nobody says otherwise: of each the one in it, when it is there. */
export function anchorsBeside(directories: readonly string[]): string[] {
  const beside = directories.map((directory) => join(directory, "anchor"));
  // Without the log, what was published of it says that it is missing.
  return beside.filter((directory) => existsSync(join(directory, anchorFile)) || wasPublished(directory));
}

/** Those of them that were not read, for others were named. */
export function unreadBeside(directories: readonly string[], { logs }: AnchorEvidence): string[] {
  const read = new Set(logs.map(({ directory }) => real(directory)));
  return anchorsBeside(directories).filter((directory) => !read.has(real(directory)));
}

/**
 * Reads the anchor logs in some directories. One that several names lead to is read once.
 *
 * @param knownHeads of which those of anchor logs are compared with them; where there is none, one is missing
 * @param isTable whether a store is verified: what was deleted of a table alone is excused there, and not in files
 * @throws AuditError `JOURNAL_UNREADABLE` when one of them has none, and nobody knows that there was
 */
export async function anchorEvidence(
  directories: readonly string[],
  rootKeys: readonly NoteVerifier[],
  knownHeads: readonly KnownHead[],
  isTable: boolean,
): Promise<AnchorEvidence> {
  const isKnown = ofAnchorLog(knownHeads, rootKeys).length > 0;
  const places = eachOnce(directories);
  const read: AnchoredHeads[] = [];
  for (const directory of places)
    read.push(
      await readAnchors(directory, rootKeys, { isKnown, within: places.length > 1 ? directory : "" }),
    );
  const logs = read.length > 0 ? read.map(({ log }) => log) : [new AnchorLog(rootKeys)];
  const known = compareKnown(logs, rootKeys, knownHeads);
  return {
    logs: read.map(({ head, newest }, index) => ({ directory: places[index]!, head, newest })),
    unknown: read.filter(({ log }) => !known.has(log)).length,
    heads: read.flatMap(({ heads }) => heads),
    cuts: cutsByLog(read, isTable),
    contradicted: newestOf(read.flatMap(({ contradicted }) => [...contradicted])),
    problems: logs.flatMap(({ problems }) => problems),
  };
}

function eachOnce(directories: readonly string[]): string[] {
  const once = new Map<string, string>();
  for (const directory of directories) {
    const path = real(directory);
    if (!once.has(path)) once.set(path, directory);
  }
  return [...once.values()];
}

function real(directory: string): string {
  return existsSync(directory) ? realpathSync(directory) : directory;
}

function cutsByLog(read: readonly AnchoredHeads[], isTable: boolean): Map<string, Cut[]> {
  const byLog = new Map<string, Map<string, Cut>>();
  for (const { cut } of read.flatMap(({ cuts }) => cuts).filter((each) => isTable || !each.cut.ofTable)) {
    const ofLog = byLog.get(cut.log) ?? new Map<string, Cut>();
    const said = `${cut.size} ${cut.newest} ${cut.closed}`;
    const before = ofLog.get(said);
    // An older copy of an anchor log lacks what shows that a clock ran ahead.
    if (!before || cut.deletedAt < before.deletedAt) ofLog.set(said, cut);
    byLog.set(cut.log, ofLog);
  }
  return new Map([...byLog].map(([log, cuts]) => [log, [...cuts.values()]]));
}

function newestOf(
  noted: readonly (readonly [string, NotedContradiction])[],
): ReadonlyMap<string, NotedContradiction> {
  const newest = new Map<string, NotedContradiction>();
  for (const [log, each] of noted) if ((newest.get(log)?.time ?? "") <= each.time) newest.set(log, each);
  return newest;
}

/** Known heads: those of the anchor log, which is no log of the journal, and those of the journal's. */
export function headsOf(noted: readonly KnownHead[], rootKeys: readonly NoteVerifier[]) {
  const ofAnchor = ofAnchorLog(noted, rootKeys);
  return { ofAnchor, known: noted.filter((head) => !ofAnchor.includes(head)) };
}

/** The heads that are compared with a journal: those of the anchor logs, and those that somebody noted. */
export function witnessedBy({ heads }: AnchorEvidence, knownHeads: readonly KnownHead[]): Witnessed[] {
  return [
    ...knownHeads.map((head) => ({ head, by: "whoever noted the known heads", at: null })),
    ...heads.map(({ head, time, at }) => ({ head, by: `the anchor log, on ${time},`, at })),
  ];
}

/** The newest head of each log in any of the anchor logs, and when it was written there. */
export function anchoredSizes({ heads }: AnchorEvidence): ReadonlyMap<string, AnchoredSize> {
  const newest = new Map<string, AnchoredSize>();
  for (const { head, time } of heads)
    if ((newest.get(head.log)?.size ?? 0) < head.size) newest.set(head.log, { size: head.size, time });
  return newest;
}

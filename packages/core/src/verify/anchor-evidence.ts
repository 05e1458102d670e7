import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LogHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { AnchorLog } from "./anchor-log.ts";
import { comparePublished, ofAnchorLog, wasPublished } from "./anchor-published.ts";
import { type AnchoredHead, anchoredHeads, anchorFile, type NotedContradiction } from "./anchored-heads.ts";
import type { Witnessed } from "./compare-heads.ts";
import type { Cut } from "./cut.ts";
import type { KnownHead } from "./known-heads.ts";
import type { VerificationProblem } from "./verdict.ts";

/** What the anchor log of a journal says, for its verification. */
export interface AnchorEvidence {
  readonly directory: string;
  /** The anchor log itself; null when not one line of it verifies. */
  readonly head: LogHead | null;
  /** `recorded_at` of its newest entry. */
  readonly newest: string | null;
  /** The newest head of each log, by its origin. */
  readonly heads: ReadonlyMap<string, AnchoredHead>;
  readonly cuts: ReadonlyMap<string, readonly Cut[]>;
  /** Logs that were not what was anchored of them when that was last looked at, by their origin. */
  readonly contradicted: ReadonlyMap<string, NotedContradiction>;
  readonly problems: readonly VerificationProblem[];
}

/** Where the anchor log of a journal is when nobody says otherwise, or null when it is not there. */
export function anchorsBeside(directories: readonly string[]): string | null {
  const beside = directories.map((directory) => join(directory, "anchor"));
  // Without the log, what was published of it says that it is missing.
  const isThere = (directory: string) => existsSync(join(directory, anchorFile)) || wasPublished(directory);
  return beside.find(isThere) ?? null;
}

/**
 * Reads the anchor log in a directory.
 *
 * @param knownHeads of which those of the anchor log are compared with it
 * @param isTable whether a store is verified: what was deleted of a table alone is excused there, and not in files
 * @throws AuditError `JOURNAL_UNREADABLE` when there is none, and nobody knows that there was
 */
export async function anchorEvidence(
  directory: string,
  rootKeys: readonly NoteVerifier[],
  knownHeads: readonly KnownHead[],
  isTable: boolean,
): Promise<AnchorEvidence> {
  const { head, newest, heads, cuts, contradicted, problems } = await anchoredHeads(
    directory,
    rootKeys,
    knownHeads,
  );
  const cutsOfLogs = new Map<string, Cut[]>();
  for (const { cut } of cuts.filter((each) => isTable || !each.cut.ofTable))
    cutsOfLogs.set(cut.log, [...(cutsOfLogs.get(cut.log) ?? []), cut]);
  return {
    directory,
    head,
    newest,
    heads: new Map(heads.map((anchored) => [anchored.head.log, anchored])),
    cuts: cutsOfLogs,
    contradicted,
    problems,
  };
}

/** Known heads: those of the anchor log, which is no log of the journal, and those of the journal's. */
export function headsOf(noted: readonly KnownHead[], rootKeys: readonly NoteVerifier[]) {
  const ofAnchor = ofAnchorLog(noted, rootKeys);
  return { ofAnchor, known: noted.filter((head) => !ofAnchor.includes(head)) };
}

/** What is wrong where no anchor log is looked at: whoever brings a head of it knows that there is one. */
export function withoutAnchorLog(
  rootKeys: readonly NoteVerifier[],
  knownHeads: readonly KnownHead[],
): readonly VerificationProblem[] {
  const nothing = new AnchorLog(rootKeys);
  comparePublished(nothing, null, rootKeys, knownHeads);
  return nothing.problems;
}

/** The heads that are compared with a journal: those of the anchor log, and those that somebody noted. */
export function witnessedBy(anchor: AnchorEvidence | null, knownHeads: readonly KnownHead[]): Witnessed[] {
  const anchored = [...(anchor?.heads.values() ?? [])];
  return [
    ...knownHeads.map((head) => ({ head, by: "whoever noted the known heads", at: null })),
    ...anchored.map(({ head, time, at }) => ({ head, by: `the anchor log, on ${time},`, at })),
  ];
}

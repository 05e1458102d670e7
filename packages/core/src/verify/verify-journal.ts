import { AuditError } from "../audit-error.ts";
import { isArchive } from "../journal/file-names.ts";
import { trustedKeys } from "../keys/trusted-keys.ts";
import { verifierOf } from "../seal/signed-note.ts";
import {
  type AnchoredSize,
  anchorEvidence,
  anchoredSizes,
  anchorsBeside,
  headsOf,
  type ReadAnchorLog,
  unreadBeside,
  witnessedBy,
} from "./anchor-evidence.ts";
import { coverageOf, daysBetween, isOfDays, reaching } from "./days.ts";
import { type GivenJournal, givenJournal, type Journal } from "./given-journal.ts";
import { HeadProofs } from "./head-proofs.ts";
import { journalKey } from "./journal-key.ts";
import type { JournalSource } from "./journal-sources.ts";
import type { FileVerification } from "./journal-verifier.ts";
import { knownHeads } from "./known-heads.ts";
import type { LogVerification } from "./log-verification.ts";
import { notChecked } from "./not-checked.ts";
import { readSources } from "./read-sources.ts";
import { retentionViolations } from "./retention.ts";
import { type VerificationProblem, type VerificationResult, worseFirst, worstOf } from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";
import { checkVerifyOptions, type VerifyJournalOptions } from "./verify-journal-options.ts";

/** What a verification found, and what it did not look at. */
export interface JournalVerification {
  readonly result: VerificationResult;
  /** As they were given. */
  readonly paths: readonly string[];
  readonly key: string;
  /** `journal`: nobody said which key to expect, so the journal's own was taken. */
  readonly keySource: "given" | "journal";
  /** The vkeys that were trusted: that one, and those that rotations of the journal tie to it. */
  readonly trusted: readonly string[];
  readonly entries: number;
  readonly logs: readonly (LogVerification & {
    /** The newest head of it in the anchor log, and when it was written there. */
    readonly anchored: AnchoredSize | null;
  })[];
  /** The anchor log that was read, the first of them. */
  readonly anchor: ReadAnchorLog | null;
  /** Every anchor log that was read: of several journals each has its own. */
  readonly anchors: readonly ReadAnchorLog[];
  readonly files: readonly FileVerification[];
  /** The UTC days that were asked for, the last one included; null: no limit. */
  readonly requested: { readonly since: string | null; readonly until: string | null };
  /** `recorded_at` of the first and the last entry that was found. */
  readonly found: { readonly since: string | null; readonly until: string | null };
  /** Every finding, worst first. */
  readonly problems: readonly VerificationProblem[];
  readonly notChecked: readonly string[];
}

const fewBytes = 32 << 20;
/** What a compressed journal is about, unpacked. */
const timesPacked = 8;

/**
 * Checks the lines, roots, signatures and links of a journal: of directories and stores, which claim to be whole, and of
 * files named one by one, which claim nothing about others. The steps and the verdicts are those of docs/seal.md; the lines of a
 * store are read from it day by day, and have the verdicts that they have in files.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no journal, or no key to check it with; `INVALID_OPTIONS`, also when
 * the key of a source was not given; `HEADS_UNREADABLE` when a known head does not prove itself
 */
export async function verifyJournal(
  journal: Journal,
  options: VerifyJournalOptions = {},
): Promise<JournalVerification> {
  checkVerifyOptions(options);
  const requested = daysBetween(options);
  const given = await givenJournal(journal, options.rotations);
  try {
    return await verifyGiven(given, requested, options);
  } finally {
    await given.close();
  }
}

async function verifyGiven(
  given: GivenJournal,
  requested: JournalVerification["requested"],
  options: VerifyJournalOptions,
): Promise<JournalVerification> {
  const { names, sources, noteFolders } = given;
  if (names.length === 0) throw new AuditError("JOURNAL_UNREADABLE", "Name a journal to verify.");
  const { key, keySource } = await journalKey(given, options.key);
  const trust = trustedKeys(noteFolders, key, { successors: options.successors ?? true });
  const rootKeys = trust.keys.map(({ vkey }) => verifierOf(vkey)!);
  const noted = knownHeads(options.knownHeads ?? [], rootKeys);
  const { ofAnchor, known } = headsOf(noted, rootKeys);
  const anchors = options.anchors === undefined ? anchorsBeside(sources.directories) : options.anchors;
  const isTable = sources.whole && sources.directories.length === 0;
  const anchor = await anchorEvidence([anchors ?? []].flat(), rootKeys, noted, isTable);
  const witnessed = witnessedBy(anchor, known);
  const days = reaching(sources.files, requested);
  const wanted = sources.files.filter((file) => isOfDays(file, days));
  const coverage = options.excerpt
    ? { whole: sources.whole, ...days, later: options.excerpt.later }
    : coverageOf(sources, days);
  const terms: VerificationTerms = {
    rootKeys,
    heads: new HeadProofs(rootKeys),
    coverage,
    cuts: anchor.cuts,
    roots: options.roots ?? "every",
    signatures: options.signatures ?? (unpackedBytes(wanted) <= fewBytes ? "every" : "sampled"),
  };
  const run = await readSources({ ...sources, files: wanted }, terms, options);
  for (const { file, reason } of trust.refused)
    run.report("BAD_ROTATION", { file, line: 0 }, `${file} gives no trust: ${reason}`);
  const now = options.now ?? new Date();
  const { logs, notCompared } = run.finish(now, witnessed);
  const problems = [
    ...run.problems,
    ...logs.flatMap((log) => log.problems),
    ...anchor.problems,
    ...retentionViolations(terms.cuts, options.minRetentionMs, now),
  ];
  // Somewhere before: only a second reading that computes every root finds where.
  if (terms.roots === "signed" && problems.some(({ verdict }) => verdict === "ROOT_MISMATCH"))
    return verifyGiven(given, requested, { ...options, roots: "every" });
  // Nothing that nobody misses is no answer, but for where tombstones say that all of it was deleted.
  const isEmpty = run.files.every(({ lines }) => lines === 0);
  if (isEmpty && !options.excerpt && terms.cuts.size === 0 && worstOf(problems) === "intact")
    throw new AuditError("JOURNAL_UNREADABLE", nothingIn(given, wanted));
  const anchored = anchoredSizes(anchor);
  return {
    result: worstOf(problems),
    paths: names,
    key,
    keySource,
    trusted: rootKeys.map(({ vkey }) => vkey),
    entries: logs.reduce((sum, log) => sum + log.entries, 0),
    logs: logs.map((log) => ({ ...log, anchored: anchored.get(log.log) ?? null })),
    anchor: anchor.logs[0] ?? null,
    anchors: anchor.logs,
    files: run.files,
    requested,
    found: foundIn(logs),
    problems: problems.sort(worseFirst),
    notChecked: notChecked({
      terms,
      keySource,
      logs: logs.map(({ log }) => log),
      witnessed: new Set(witnessed.map(({ head }) => head.log)),
      anchor,
      unread: unreadBeside(sources.directories, anchor),
      anchorHeads: ofAnchor.length,
      notCompared,
      problems,
    }),
  };
}

function nothingIn(
  { names, sources: { directories, files: all } }: GivenJournal,
  files: readonly JournalSource[],
): string {
  if (directories.length === 0 && all.length === 0) return `There are no entries in ${names.join(", ")}.`;
  if (files.length > 0) return `The journal files are empty: ${files.map(({ path }) => path).join(", ")}.`;
  const where = names.join(", ");
  return `There is no audit journal (audit_YYYY-MM-DD.jsonl) in ${where}, or none of the time asked for.`;
}

function unpackedBytes(files: readonly JournalSource[]): number {
  return files.reduce((sum, { path, size }) => sum + (isArchive(path) ? size * timesPacked : size), 0);
}

function foundIn(logs: readonly LogVerification[]): JournalVerification["found"] {
  const firsts = logs.flatMap(({ first }) => first?.time ?? []).sort();
  const lasts = logs.flatMap(({ last }) => last?.time ?? []).sort();
  return { since: firsts[0] ?? null, until: lasts.at(-1) ?? null };
}

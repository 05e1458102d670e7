import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuditError, type JournalVerification } from "@openrouter-audit/core";
import { textIn } from "./bag/bag-files.ts";
import { byBytes } from "./bag/bag-path.ts";
import { anchorFolder } from "./content/anchors.ts";
import { type CheckedProofs, checkProofs } from "./content/check-proofs.ts";
import type { Claims } from "./content/claims.ts";
import { PopulationCount } from "./content/population.ts";
import { verifyExcerpt } from "./content/verification.ts";
import { type PackageProblem, tampered } from "./package-problem.ts";

export interface LogCheckOptions {
  readonly successors?: boolean;
  readonly onProgress?: (done: {
    readonly doing: "verifying";
    readonly bytes: number;
    readonly totalBytes: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** What the lines of a package are. */
export interface CheckedLogs {
  readonly entries: number;
  readonly journal: JournalVerification | null;
  readonly proofs: CheckedProofs | null;
}

/** A package that is verified. */
export interface GivenPackage {
  readonly directory: string;
  readonly files: ReadonlyMap<string, number>;
  readonly claims: Claims;
  readonly key: string;
  readonly trusted: readonly string[];
  /** What is found is added here. */
  readonly problems: PackageProblem[];
}

/** The logs, or the lines that were selected, and whether there are as many as the package says. */
export async function checkLogs(
  { directory, files, claims, key, trusted, problems }: GivenPackage,
  { successors, signal, onProgress }: LogCheckOptions,
): Promise<CheckedLogs> {
  const logPaths = [...files.keys()].filter((file) => file.startsWith("data/logs/")).sort(byBytes);
  const count = await PopulationCount.of(directory, logPaths);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(count.population)), claims.population))
    problems.push(
      tampered("COUNTS_DIFFER", "data/reports/population.json", "the lines, counted again, are others"),
    );
  const { entries } = count;
  if (claims.isSelection) {
    const { checked, problems: found } = await checkProofs(directory, files, claims.unproven, trusted);
    problems.push(...found);
    return { entries, journal: null, proofs: checked };
  }
  const heads = "data/checkpoints/heads.jsonl";
  const journal = await verifyExcerpt(
    join(directory, "data/logs"),
    { days: claims.days, left_out: claims.leftOut },
    {
      key,
      ...(successors !== undefined && { successors }),
      ...(files.has("data/keys/public-key") && { rotations: join(directory, "data/keys") }),
      anchors: files.has(`${anchorFolder}/anchor.jsonl`) ? join(directory, anchorFolder) : null,
      ...((files.get(heads) ?? 0) > 0 && { knownHeads: join(directory, heads) }),
      now: claims.exportedAt,
      onProgress: (done) => {
        signal?.throwIfAborted();
        onProgress?.({ doing: "verifying", ...done });
      },
    },
  ).catch((cause: unknown) => {
    if (!(cause instanceof AuditError)) throw cause;
    problems.push(tampered("LOGS", null, `the logs cannot be verified: ${cause.message}`));
    return null;
  });
  if (journal) await judgeJournal(directory, files, journal, problems);
  return { entries, journal, proofs: null };
}

async function judgeJournal(
  directory: string,
  files: ReadonlyMap<string, number>,
  journal: JournalVerification,
  problems: PackageProblem[],
): Promise<void> {
  for (const { result, at, verdict, message } of journal.problems)
    problems.push({
      verdict: "LOGS",
      result,
      file: at && `${at.file === "anchor.jsonl" ? anchorFolder : "data/logs"}/${at.file}:${at.line}`,
      message: `${verdict}: ${message}`,
    });
  const file = "data/reports/verification.json";
  const claimed = resultIn(await textIn(directory, file, files));
  if (claimed !== journal.result)
    problems.push(
      tampered(
        "COUNTS_DIFFER",
        file,
        `it claims ${claimed ?? "nothing"}, and the logs are ${journal.result}`,
      ),
    );
}

function resultIn(text: Buffer | null): string | null {
  try {
    return String(JSON.parse(text!.toString()).result).slice(0, 40);
  } catch {
    return null;
  }
}

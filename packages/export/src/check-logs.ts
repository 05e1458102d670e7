import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuditError, dayOfFile, type JournalVerification, type ProvenEntry } from "@openrouter-audit/core";
import { textIn } from "./bag/bag-files.ts";
import { byBytes } from "./bag/bag-path.ts";
import { judgeClaimed, judgeWhole, noteFileDays } from "./check-claimed.ts";
import type { CheckedLogs } from "./checked-logs.ts";
import { anchorFolder } from "./content/anchors.ts";
import { checkProofs } from "./content/check-proofs.ts";
import type { Claims } from "./content/claims.ts";
import { laterLinesIn } from "./content/later-lines.ts";
import { PopulationCount } from "./content/population.ts";
import { inPackage, verifyExcerpt } from "./content/verification.ts";
import { wholeJournalIn } from "./content/whole-journal.ts";
import { countedBytes, type OnBytes } from "./counted-bytes.ts";
import type { GivenPackage } from "./given-package.ts";
import { judgeJournal } from "./judge-journal.ts";
import { logsFolder, withLogsFolder } from "./logs-folder.ts";
import { tampered } from "./package-problem.ts";

const wholeJournalFile = "data/reports/journal.json";
const verificationFile = "data/reports/verification.json";

export interface LogCheckOptions {
  readonly successors?: boolean;
  /** As in `verifyJournal`. */
  readonly knownHeads?: string;
  readonly onProgress?: OnBytes<"counting" | "verifying">;
  readonly signal?: AbortSignal;
}

/** The logs, or the lines that were selected, and whether there are as many as the package says. */
export async function checkLogs(given: GivenPackage, options: LogCheckOptions): Promise<CheckedLogs> {
  const { directory, files, claims, problems } = given;
  const logPaths = [...files.keys()].filter((file) => file.startsWith("data/logs/")).sort(byBytes);
  for (const file of logPaths)
    if (!isOfLogs(file, claims))
      problems.push(
        tampered(
          "FILE_FOREIGN",
          file,
          "a package of these days has no such file: its lines are not looked at",
        ),
      );
  const sizeOf = (file: string) => files.get(file) ?? 0;
  const totalBytes = logPaths.reduce((sum, file) => sum + sizeOf(file), 0);
  const counted = countedBytes(options.onProgress, "counting", totalBytes);
  const onFile = (file: string) => counted(sizeOf(file));
  const count = await PopulationCount.of(directory, logPaths, { signal: options.signal, onFile });
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(count.population)), claims.population))
    problems.push(
      tampered("COUNTS_DIFFER", "data/reports/population.json", "the lines, counted again, are others"),
    );
  const claimed = claimedIn(await textIn(directory, verificationFile, files));
  if (claimed === null)
    problems.push(tampered("COUNTS_DIFFER", verificationFile, "it is not there, or not in its form"));
  const whole = wholeJournalIn(await textIn(directory, wholeJournalFile, files));
  judgeWhole(given, whole);
  noteFileDays(given);
  if (claims.wanted !== null) {
    judgeClaimed(given, claimed);
    const { checked, problems: found } = await checkProofs(given, options);
    problems.push(...found);
    return { count, claimed, whole, journal: null, proofs: checked };
  }
  const journal = await verifiedLogs(given, options);
  if (journal) {
    checkAllRead(given, count, journal);
    await judgeJournal(given, journal, claimed, options.knownHeads !== undefined);
  }
  return { count, claimed, whole, journal, proofs: null };
}

/** Whether a file has lines of these days, and stands where they are read. */
function isOfLogs(path: string, { wanted, days: { first, last } }: Claims): boolean {
  const name = path.slice("data/logs/".length);
  if (wanted !== null) return name === "entries.jsonl";
  const day = name.includes("/") ? null : dayOfFile(name);
  return day !== null && day >= first && day <= last;
}

/** What is counted must be what was verified. */
function checkAllRead(
  { problems }: GivenPackage,
  { population }: PopulationCount,
  { files }: JournalVerification,
): void {
  const verified = new Map(files.map(({ file, lines }) => [`data/logs/${file}`, lines]));
  for (const { file, lines, refused } of population.files)
    if (refused === null && verified.get(file) !== lines)
      problems.push(
        tampered(
          "LOGS",
          file,
          `it has ${lines} lines, and verification read ${verified.get(file) ?? "none"}`,
        ),
      );
}

async function verifiedLogs(
  given: GivenPackage,
  options: LogCheckOptions,
): Promise<JournalVerification | null> {
  const { directory, files, claims, trusted, problems } = given;
  const later = await laterLinesIn(directory, files, claims.days.last, trusted);
  problems.push(...later.problems);
  return withLogsFolder(directory, (place) => verifiedIn(place, given, later.lines, options));
}

async function verifiedIn(
  place: string,
  { directory, files, claims, key, problems }: GivenPackage,
  later: readonly ProvenEntry[],
  { successors, knownHeads, signal, onProgress }: LogCheckOptions,
): Promise<JournalVerification | null> {
  const found = await verifyExcerpt(
    join(place, logsFolder),
    { days: claims.days, left_out: claims.leftOut },
    later,
    {
      key,
      ...(successors !== undefined && { successors }),
      ...(files.has("data/keys/public-key") && { rotations: join(directory, "data/keys") }),
      anchors: files.has(`${anchorFolder}/anchor.jsonl`) ? join(directory, anchorFolder) : null,
      ...(knownHeads !== undefined && { knownHeads }),
      now: claims.exportedAt,
      onProgress: (done) => {
        signal?.throwIfAborted();
        onProgress?.({ doing: "verifying", ...done });
      },
    },
  ).catch((cause: unknown) => {
    // Heads are not the package's.
    if (!(cause instanceof AuditError) || cause.code === "HEADS_UNREADABLE") throw cause;
    problems.push(tampered("LOGS", null, `the logs cannot be verified: ${cause.message}`));
    return null;
  });
  return found && inPackage(found, [directory, place]);
}

function claimedIn(text: Buffer | null): CheckedLogs["claimed"] {
  try {
    const said = JSON.parse(text!.toString());
    const isRight =
      ["intact", "incomplete", "tampered"].includes(said.result) &&
      Array.isArray(said.notChecked) &&
      Array.isArray(said.problems) &&
      said.notChecked.every((what: unknown) => typeof what === "string");
    return isRight ? said : null;
  } catch {
    return null;
  }
}

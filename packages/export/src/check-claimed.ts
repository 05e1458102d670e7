import type { CheckedLogs } from "./checked-logs.ts";
import { fileDaysInWords } from "./content/file-days.ts";
import { type WholeJournal, worstIn } from "./content/whole-journal.ts";
import type { GivenPackage } from "./given-package.ts";
import { tampered } from "./package-problem.ts";

const journalFile = "data/reports/journal.json";
const verificationFile = "data/reports/verification.json";

/** What was found of the whole journal: nothing in a package shows that it is right, and who made it said it against themselves. */
export function judgeWhole({ problems }: GivenPackage, whole: WholeJournal | null): void {
  if (whole === null)
    problems.push(tampered("COUNTS_DIFFER", journalFile, "it is not there, or not in its form"));
  else if (whole.result === "tampered")
    problems.push(
      tampered("JOURNAL", journalFile, `the journal that this is from was tampered with: ${worstIn(whole)}`),
    );
}

/** What of the days is in no file, as the package says it: of whole days that is made again. */
export function noteFileDays({ claims, problems }: GivenPackage): void {
  for (const message of fileDaysInWords(claims.fileDays))
    problems.push({ verdict: "NO_FILE", result: "intact", file: null, message });
}

/** Of a selection, what was found of the logs that it is from. */
export function judgeClaimed({ problems }: GivenPackage, claimed: CheckedLogs["claimed"]): void {
  if (claimed === null || claimed.result === "intact") return;
  const first = (claimed.problems as readonly unknown[])[0] as { readonly verdict?: unknown } | undefined;
  const what = typeof first?.verdict === "string" ? `, with ${first.verdict}` : "";
  const message = `the logs that this is from were ${claimed.result} when it was made${what}`;
  problems.push({ verdict: "LOGS", result: claimed.result, file: verificationFile, message });
}

import type { JournalVerification } from "@openrouter-audit/core";
import type { CheckedProofs } from "./content/check-proofs.ts";
import type { PopulationCount } from "./content/population.ts";
import type { WholeJournal } from "./content/whole-journal.ts";

/** What the lines of a package are. */
export interface CheckedLogs {
  readonly count: PopulationCount;
  /** What the package says that verification found; null when it is in no form. */
  readonly claimed: Pick<JournalVerification, "result" | "problems" | "notChecked"> | null;
  /** The same of all files of the journal. */
  readonly whole: WholeJournal | null;
  readonly journal: JournalVerification | null;
  readonly proofs: CheckedProofs | null;
}

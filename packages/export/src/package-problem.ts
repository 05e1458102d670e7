import type { JournalVerification } from "@openrouter-audit/core";

/** What can be wrong with a package: docs/export.md, "Verification". */
export type PackageVerdict =
  | "NOT_A_BAG"
  | "FILE_CHANGED"
  | "FILE_MISSING"
  | "FILE_UNLISTED"
  | "BAD_ATTESTATION"
  | "LOGS"
  | "JOURNAL"
  | "PROOF_FAILED"
  | "COUNTS_DIFFER"
  | "NOT_AS_MADE"
  | "FILE_FOREIGN"
  | "OTHER_KEY"
  | "UNPROVEN"
  | "NO_FILE"
  | "NO_ENTRY"
  | "NO_ATTESTATION";

export type PackageResult = JournalVerification["result"];

/** One finding. */
export interface PackageProblem {
  readonly verdict: PackageVerdict;
  readonly result: PackageResult;
  /** The path in the package; null when it is about all of it. */
  readonly file: string | null;
  readonly message: string;
}

const order: readonly PackageResult[] = ["tampered", "incomplete", "intact"];

export function worstFirst(problems: readonly PackageProblem[]): PackageProblem[] {
  return [...problems].sort((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
}

export function tampered(verdict: PackageVerdict, file: string | null, message: string): PackageProblem {
  return { verdict, result: "tampered", file, message };
}

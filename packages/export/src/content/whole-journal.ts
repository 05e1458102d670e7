import { availableParallelism } from "node:os";
import {
  type JournalVerification,
  journalFiles,
  type VerificationProblem,
  type VerifyJournalOptions,
  verifyJournal,
} from "@openrouter-audit/core";
import { jsonText } from "../json-text.ts";
import type { PackageResult } from "../package-problem.ts";
import { isText } from "./json-forms.ts";

const mostNamed = 100;
const results: readonly unknown[] = ["intact", "incomplete", "tampered"];

/** What verification found of all files of the journal that a package is from: `data/reports/journal.json`, docs/export.md. */
export interface WholeJournal {
  readonly result: PackageResult;
  readonly entries: number;
  readonly files: { readonly count: number; readonly first: string | null; readonly last: string | null };
  /** At most a hundred, worst first. */
  readonly problems: readonly JournalProblem[];
  readonly problem_count: number;
  readonly not_checked: readonly string[];
}

interface JournalProblem extends Pick<VerificationProblem, "verdict" | "result" | "log" | "seq"> {
  readonly file: string | null;
  /** Null where it might quote what is not for whoever gets the package. */
  readonly message: string | null;
}

/** Verifies all of a journal, as it is now. */
export async function verifyWhole(directory: string, options: VerifyJournalOptions): Promise<WholeJournal> {
  const found = await verifyJournal(directory, { workers: availableParallelism(), ...options });
  return wholeOf(found, journalFiles(directory));
}

/** The same of files that are all that the journal has. */
export function wholeOf(
  { result, entries, problems, notChecked }: JournalVerification,
  files: readonly string[],
): WholeJournal {
  return {
    result,
    entries,
    files: { count: files.length, first: files[0] ?? null, last: files.at(-1) ?? null },
    problems: problems.slice(0, mostNamed).map(({ verdict, result: of, log, seq, at, message }) => {
      return { verdict, result: of, log, seq, file: at?.file ?? null, message };
    }),
    problem_count: problems.length,
    not_checked: notChecked,
  };
}

/** @param isOfOne without messages, which may quote what stands in lines of others */
export function wholeJournalText(whole: WholeJournal, isOfOne: boolean): string {
  const problems = whole.problems.map((problem) => (isOfOne ? { ...problem, message: null } : problem));
  return jsonText({ ...whole, problems });
}

/** What a package says of it; null when it is in no form. */
export function wholeJournalIn(text: Buffer | null): WholeJournal | null {
  try {
    const said = JSON.parse(text!.toString());
    const isRight =
      results.includes(said.result) &&
      said.problems.every(
        ({ verdict, result, message }: JournalProblem) =>
          isText(verdict) && results.includes(result) && (message === null || isText(message)),
      );
    return isRight ? said : null;
  } catch {
    return null;
  }
}

/** A part of a journal that is tampered with is never just intact; what is incomplete elsewhere is no concern of it. */
export function worstResult(ofPart: PackageResult, whole: Pick<WholeJournal, "result">): PackageResult {
  return whole.result === "tampered" ? "tampered" : ofPart;
}

/** What was found first, in words. */
export function worstIn({ problems, problem_count }: WholeJournal): string {
  const [worst] = problems;
  if (!worst) return "nothing is named";
  const more = problem_count > 1 ? `, and ${problem_count - 1} more` : "";
  return `${worst.verdict}${worst.message === null ? "" : `: ${worst.message}`}${more}`;
}

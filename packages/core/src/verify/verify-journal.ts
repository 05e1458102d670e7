import { statSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { verifierOf } from "../seal/signed-note.ts";
import { filesIn, keyBeside, unreadable } from "./find-journal.ts";
import { type FileVerification, JournalVerifier } from "./journal-verifier.ts";
import type { LogVerification } from "./log-verification.ts";
import { type VerificationProblem, type VerificationResult, worstOf } from "./verdict.ts";

export interface VerifyJournalOptions {
  /** The root vkey. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** @default the present time; decides which logs count as still open */
  readonly now?: Date;
  /** Told after each file how many bytes of how many were read. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/** What a verification found, and what it did not look at. */
export interface JournalVerification {
  readonly result: VerificationResult;
  readonly directory: string;
  readonly key: string;
  /** `journal`: nobody said which key to expect, so the journal's own was taken. */
  readonly keySource: "given" | "journal";
  readonly entries: number;
  readonly logs: readonly LogVerification[];
  readonly files: readonly FileVerification[];
  /** Every finding, worst first. */
  readonly problems: readonly VerificationProblem[];
  readonly notChecked: readonly string[];
}

/**
 * Checks every line, root, signature and link of the journal in a directory. The steps and the verdicts are those of
 * docs/seal.md.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no journal, or no key to check it with.
 */
export async function verifyJournal(
  directory: string,
  options: VerifyJournalOptions = {},
): Promise<JournalVerification> {
  const key = options.key?.trim() ?? keyBeside(directory);
  const root = verifierOf(key);
  if (!root)
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `${JSON.stringify(key)} is not a public key of the form name+id+base64.`,
    );
  const names = filesIn(directory);
  const run = new JournalVerifier([root]);
  await readAll(run, directory, names, options.onProgress).catch((cause) => {
    throw "syscall" in cause ? unreadable(directory, cause) : cause;
  });
  if (run.files.every(({ lines }) => lines === 0))
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `The journal files in ${directory} are empty: ${names.join(", ")}.`,
    );
  const logs = run.finish(options.now ?? new Date());
  const problems = [...run.problems, ...logs.flatMap((log) => log.problems)];
  const rank = (problem: VerificationProblem) => ["tampered", "incomplete", "intact"].indexOf(problem.result);
  return {
    result: worstOf(problems),
    directory,
    key,
    keySource: options.key === undefined ? "journal" : "given",
    entries: logs.reduce((sum, log) => sum + log.entries, 0),
    logs,
    files: run.files,
    problems: problems.sort((a, b) => rank(a) - rank(b)),
    notChecked: [
      ...(options.key === undefined
        ? ["whether the public key is the right one: it was read from the journal itself"]
        : []),
      "whether the end of the newest logs was cut off: no head from elsewhere was given",
    ],
  };
}

async function readAll(
  run: JournalVerifier,
  directory: string,
  names: readonly string[],
  onProgress: VerifyJournalOptions["onProgress"],
): Promise<void> {
  const sizes = names.map((name) => statSync(join(directory, name)).size);
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  let bytes = 0;
  for (const [index, name] of names.entries()) {
    await run.read(directory, name);
    bytes += sizes[index]!;
    onProgress?.({ bytes, totalBytes });
  }
}

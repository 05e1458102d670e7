import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { journalFiles } from "../journal/journal-file.ts";
import { entryOf } from "../journal/read-journal.ts";
import { readLines } from "../journal/read-lines.ts";
import { canonicalJson } from "../seal/canonical-json.ts";
import { parseLine } from "../seal/line.ts";
import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";
import { type LogVerification, LogVerifier } from "./log-verifier.ts";
import {
  type LinePosition,
  type Verdict,
  type VerificationProblem,
  type VerificationResult,
  verdicts,
  worstOf,
} from "./verdict.ts";

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

export interface FileVerification {
  readonly file: string;
  readonly lines: number;
  /** Lines that are no entries. */
  readonly foreign: number;
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
  const run = new JournalVerifier(root);
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

/** One pass over the lines of a journal. */
class JournalVerifier {
  readonly files: FileVerification[] = [];
  readonly problems: VerificationProblem[] = [];
  readonly #root: NoteVerifier;
  readonly #logs = new Map<string, LogVerifier>();

  constructor(root: NoteVerifier) {
    this.#root = root;
  }

  async read(directory: string, file: string): Promise<void> {
    let lines = 0;
    let foreign = 0;
    for await (const { bytes, number, ended } of readLines(join(directory, file))) {
      lines += 1;
      const at = { file, line: number };
      if (!this.#readLine(bytes, at)) foreign += 1;
      else if (!ended) this.#report("TORN_TAIL", at, "the last line has no line end");
    }
    this.files.push({ file, lines, foreign });
  }

  finish(now: Date): LogVerification[] {
    for (const log of [...this.#logs.values()]) {
      for (const { head, at } of log.links) this.#checkLink(log.origin, head, at);
    }
    return [...this.#logs.values()].map((log) => log.finish(now));
  }

  #readLine(bytes: Buffer, at: LinePosition): boolean {
    const line = parseLine(bytes);
    const entry = line && entryOf(bytes);
    if (!line || !entry) {
      const [first, last] = [bytes[0], bytes.at(-1)];
      if (last === 0x0d)
        this.#report(
          "FOREIGN_LINE",
          at,
          "a line that ends in CR LF: the file was converted by other software",
        );
      else if (first === 0x7b && last !== 0x7d)
        this.#report("TORN_TAIL", at, "an unfinished line: a write was cut");
      else this.#report("FOREIGN_LINE", at, "not an audit entry");
      return false;
    }
    if (!isCanonical(line.leaf))
      this.#report("NOT_CANONICAL", at, `entry ${entry.seq} is not in canonical form`, entry.log, entry.seq);
    let log = this.#logs.get(entry.log);
    if (!log) {
      log = new LogVerifier(entry.log, this.#root);
      this.#logs.set(entry.log, log);
    }
    log.add(entry, line, at);
    return true;
  }

  #checkLink(from: string, head: { log: string; size: number; chain_hash: string }, at: LinePosition): void {
    const target = this.#logs.get(head.log);
    if (!target) {
      this.#report(
        "MISSING_STREAM",
        at,
        `log ${head.log} had ${head.size} entries when ${from} began, and none is left`,
        head.log,
      );
    } else if (target.tampered) {
      // What is wrong with it has been named already.
    } else if (target.size < head.size) {
      target.contradict(
        "TRUNCATED",
        `entries ${target.size} to ${head.size - 1} are missing: ${from} saw them when it began`,
        at,
      );
    } else if (target.rootAt(head.size) !== head.chain_hash) {
      target.contradict(
        "FORK",
        `the first ${head.size} entries are not those that ${from} saw when it began`,
        at,
      );
    }
  }

  #report(
    verdict: Verdict,
    at: LinePosition,
    message: string,
    log: string | null = null,
    seq: number | null = null,
  ): void {
    this.problems.push({ verdict, result: verdicts[verdict], log, seq, at, message });
  }
}

function isCanonical(leaf: Buffer): boolean {
  try {
    return leaf.equals(Buffer.from(canonicalJson(JSON.parse(leaf.toString()))));
  } catch {
    return false;
  }
}

function keyBeside(directory: string): string {
  try {
    return readFileSync(join(directory, "public-key"), "utf8").trim();
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `No public key was given and ${directory} has no file "public-key". Pass the key you were given.`,
      { cause },
    );
  }
}

function filesIn(directory: string): string[] {
  let names: string[];
  try {
    names = journalFiles(directory);
  } catch (cause) {
    throw unreadable(directory, cause);
  }
  if (names.length > 0) return names;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `There is no audit journal (audit_YYYY-MM-DD.jsonl) in ${directory}.`,
  );
}

function unreadable(directory: string, cause: unknown): AuditError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${directory}: ${message}.`, { cause });
}

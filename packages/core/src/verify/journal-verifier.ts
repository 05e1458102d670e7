import { join } from "node:path";
import { entryOf } from "../journal/read-journal.ts";
import { readLines } from "../journal/read-lines.ts";
import { parseLine } from "../seal/line.ts";
import type { LogHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { LogVerification } from "./log-verification.ts";
import { LogVerifier } from "./log-verifier.ts";
import { type LinePosition, type Verdict, type VerificationProblem, verdicts } from "./verdict.ts";

export interface FileVerification {
  readonly file: string;
  readonly lines: number;
  /** Lines that are no entries. */
  readonly foreign: number;
}

const mostOfAKind = 100;

/** One pass over the lines of a journal. */
export class JournalVerifier {
  readonly files: FileVerification[] = [];
  readonly problems: VerificationProblem[] = [];
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #logs = new Map<string, LogVerifier>();
  readonly #reported = new Map<string, number>();

  constructor(rootKeys: readonly NoteVerifier[]) {
    this.#rootKeys = rootKeys;
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
    if (!line || !entry || typeof entry.recorded_at !== "string") {
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
    let log = this.#logs.get(entry.log);
    if (!log) {
      log = new LogVerifier(entry.log, this.#rootKeys);
      this.#logs.set(entry.log, log);
    }
    log.add(entry, line, at);
    return true;
  }

  #checkLink(from: string, head: LogHead, at: LinePosition): void {
    const target = this.#logs.get(head.log);
    if (!target) {
      this.#report(
        "MISSING_STREAM",
        at,
        `log ${head.log} had ${head.size} entries when ${from} began, and none is left`,
        head.log,
      );
    } else if (target.over) {
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
    // A file of something else may have a million such lines: the file's count says how many.
    const known = this.#reported.get(`${at.file} ${verdict}`) ?? 0;
    this.#reported.set(`${at.file} ${verdict}`, known + 1);
    if (known < mostOfAKind)
      this.problems.push({ verdict, result: verdicts[verdict], log, seq, at, message });
  }
}

import { type JournalLine, LineSplitter } from "../journal/line-splitter.ts";
import { RefusedFile, readBytes } from "../journal/read-bytes.ts";
import type { SourceLine } from "../source.ts";
import { compareHead, type Witnessed } from "./compare-heads.ts";
import { goingOn } from "./coverage.ts";
import { EntryLines } from "./entry-line.ts";
import type { JournalSource } from "./journal-sources.ts";
import { LineBlocks } from "./line-blocks.ts";
import type { LogPart } from "./log-part.ts";
import type { LogVerification } from "./log-verification.ts";
import { LogVerifier } from "./log-verifier.ts";
import { nextOfProcess } from "./same-process.ts";
import {
  type LinePosition,
  mostOfAKind,
  type Verdict,
  type VerificationProblem,
  verdicts,
} from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";

/** What was found in a file. */
export interface FileVerification {
  readonly file: string;
  /** Lines that are not empty. */
  readonly lines: number;
  /** Lines that are no entries, torn ones among them. */
  readonly foreign: number;
  /** Unfinished lines, and a last one without LF. */
  readonly torn: number;
}

/** What was read of one file, as plain data. */
export interface FilePart {
  readonly file: FileVerification;
  readonly problems: readonly VerificationProblem[];
  readonly logs: readonly LogPart[];
}

const notEnded = "the last line has no line end";

/** One pass over the lines of a journal. */
export class JournalVerifier {
  readonly files: FileVerification[] = [];
  readonly problems: VerificationProblem[] = [];
  readonly #terms: VerificationTerms;
  readonly #entries = new EntryLines();
  readonly #logs = new Map<string, LogVerifier>();
  readonly #reported = new Map<string, number>();

  constructor(terms: VerificationTerms) {
    this.#terms = terms;
  }

  /** @param onRead told how many more bytes of the file were read */
  async read({ path, name }: JournalSource, onRead: (bytes: number) => void): Promise<void> {
    const counts = { lines: 0, foreign: 0, torn: 0 };
    const splitter = new LineSplitter();
    try {
      for await (const bytes of readBytes(path, onRead)) {
        for (const line of splitter.push(bytes)) this.#readLine(line, name, counts);
      }
      for (const line of splitter.end()) {
        if (this.#readLine(line, name, counts))
          this.#reportTorn(counts, { file: name, line: line.number }, notEnded);
      }
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      this.refuse(name, error.message);
    }
    for (const log of this.#logs.values()) log.endFile();
    this.files.push({ file: name, ...counts });
  }

  /** What a store has of a day, as {@link read} a file. */
  async readDay(
    day: string,
    lines: AsyncIterable<SourceLine>,
    onRead: (bytes: number) => void,
  ): Promise<void> {
    const counts = { lines: 0, foreign: 0, torn: 0 };
    const blocks = new LineBlocks();
    for await (const { line, ended, place, contradicted } of lines) {
      const inBlock = blocks.put(line);
      onRead(inBlock.end - inBlock.start + 1);
      const log = this.#readLine(inBlock, day, counts, place);
      if (log && ended === false) this.#reportTorn(counts, { file: day, line: 0 }, notEnded);
      if (!log || !contradicted?.length) continue;
      const what = `beside its line the store says something else: ${contradicted.join(", ")}`;
      log.report("MISFILED", place?.seq ?? null, { file: day, line: 0 }, what);
    }
    for (const log of this.#logs.values()) log.endFile();
    this.files.push({ file: day, ...counts });
  }

  /** What was read so far as plain data; null when a log in it can't be gone on with. */
  get part(): FilePart | null {
    const logs = [...this.#logs.values()].map((log) => log.part);
    if (!logs.every((log) => log !== null)) return null;
    return { file: this.files[0]!, problems: this.problems, logs };
  }

  /** Takes what was read of a file elsewhere, if it is what follows here. @returns whether it does; else nothing is done */
  join({ file, problems, logs }: FilePart): boolean {
    const joined = logs.map((part) => ({
      part,
      log: this.#logs.get(part.log) ?? new LogVerifier(part.log, this.#terms),
    }));
    if (!joined.every(({ part, log }) => log.meets(part))) return false;
    for (const { part, log } of joined) {
      this.#logs.set(part.log, log);
      log.join(part);
    }
    this.files.push(file);
    this.problems.push(...problems);
    return true;
  }

  /** Reports a file that is not read, or not to its end. */
  refuse(file: string, reason: string): void {
    this.report("REFUSED_FILE", { file, line: 0 }, `${file} is not read: ${reason}`);
  }

  /**
   * What the logs look like, now that all files were read and heads from elsewhere can be compared with them.
   *
   * @returns how many heads could not be compared
   */
  finish(now: Date, witnessed: readonly Witnessed[]): { logs: LogVerification[]; notCompared: number } {
    for (const log of this.#logs.values()) log.endFile();
    let notCompared = 0;
    for (const each of [...this.#links(), ...witnessed]) {
      const { log: origin, size } = each.head;
      const isGone = this.#terms.cuts.get(origin)?.some((cut) => cut.closed && size <= cut.size) === true;
      const log = this.#logs.get(origin);
      if (!log && isGone) continue;
      const compared = compareHead(each, log, this.#terms.coverage, (problem) => this.problems.push(problem));
      if (!compared) notCompared += 1;
    }
    this.#reportGone();
    const logs = [...this.#logs.values()];
    const next = nextOfProcess(logs);
    return { logs: logs.map((log) => log.finish(now, next.get(log.origin) ?? null)), notCompared };
  }

  /** A finding about a file, or a line that is of no log. */
  report(verdict: Verdict, at: LinePosition, message: string): void {
    // A file of something else may have a million such lines: the file's count says how many.
    const known = this.#reported.get(`${at.file} ${verdict}`) ?? 0;
    this.#reported.set(`${at.file} ${verdict}`, known + 1);
    if (known < mostOfAKind)
      this.problems.push({ verdict, result: verdicts[verdict], log: null, seq: null, at, message });
  }

  /** What proves that a log went on proves that it was here before. */
  #reportGone(): void {
    const verdict = "MISSING_STREAM";
    for (const [log, seq] of goingOn(this.#terms.coverage)) {
      if (this.#logs.has(log) || this.#terms.cuts.has(log)) continue;
      const message = `log ${log} is gone: later files go on with entry ${seq} of it`;
      this.problems.push({ verdict, result: verdicts[verdict], log, seq: null, at: null, message });
    }
  }

  #links(): Witnessed[] {
    return [...this.#logs.values()].flatMap(({ origin, statements }) =>
      statements.links.map(({ head, at }) => ({ head, at, by: `${origin}, when it began,` })),
    );
  }

  /** @returns the log of the line, if that is an entry. */
  #readLine(
    line: JournalLine,
    file: string,
    counts: Counts,
    place?: SourceLine["place"],
  ): LogVerifier | null {
    counts.lines += 1;
    const at = { file, line: line.number };
    const entry = this.#entries.read(line);
    if (!entry) {
      counts.foreign += 1;
      this.#reportForeign(line.bytes, at, counts, place);
      return null;
    }
    let log = this.#logs.get(entry.log);
    if (!log) {
      log = new LogVerifier(entry.log, this.#terms);
      this.#logs.set(entry.log, log);
    }
    log.add(entry, at);
    return log;
  }

  #reportForeign(bytes: Buffer, at: LinePosition, counts: Counts, place: SourceLine["place"]): void {
    const where = place ? `, in the place of entry ${place.seq} of ${place.log}` : "";
    const [first, last] = [bytes[0], bytes.at(-1)];
    if (last === 0x0d) {
      this.report(
        "FOREIGN_LINE",
        at,
        `a line that ends in CR LF: the file was converted by other software${where}`,
      );
    } else if (first === 0x7b && last !== 0x7d) {
      this.#reportTorn(counts, at, `an unfinished line: a write was cut${where}`);
    } else {
      this.report("FOREIGN_LINE", at, `not an audit entry${where}`);
    }
  }

  #reportTorn(counts: Counts, at: LinePosition, message: string): void {
    counts.torn += 1;
    this.report("TORN_TAIL", at, message);
  }
}

interface Counts {
  lines: number;
  foreign: number;
  torn: number;
}

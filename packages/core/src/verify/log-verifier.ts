import type { EntryLine } from "./entry-line.ts";
import { flawOf } from "./line-flaw.ts";
import { nothingAfter, stateOf } from "./log-end.ts";
import { type LogKey, logKeyOf } from "./log-key.ts";
import type { LogPart } from "./log-part.ts";
import { LogSignatures } from "./log-signatures.ts";
import { LogStatements } from "./log-statements.ts";
import type { LogPoint, LogVerification } from "./log-verification.ts";
import { laterFinding, MissingLines } from "./missing-lines.ts";
import { standInFor } from "./stand-in.ts";
import {
  type LinePosition,
  mostOfAKind,
  type Verdict,
  type VerificationProblem,
  verdicts,
  worstOf,
} from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";
import { VerifiedTree } from "./verified-tree.ts";

/** Checks the lines of one log as they come by. After the first tampered line it only counts. */
export class LogVerifier {
  readonly origin: string;
  readonly terms: VerificationTerms;
  readonly tree = new VerifiedTree();
  readonly problems: VerificationProblem[] = [];
  /** What the log says of itself. */
  readonly statements: LogStatements;
  readonly #noted = new Map<Verdict, number>();
  readonly #signatures: LogSignatures;
  #key: LogKey | null = null;
  #file = "";
  #first: LogPoint | null = null;
  /** The first line was found of which, and of all after it, nothing can be said. */
  #over = false;
  #unchecked = 0;
  #missing: MissingLines | null = null;

  constructor(origin: string, terms: VerificationTerms) {
    this.origin = origin;
    this.terms = terms;
    this.statements = new LogStatements(terms.heads, (...finding) => this.report(...finding));
    this.#signatures = new LogSignatures(this);
  }

  get key(): LogKey | null {
    return this.#key;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The next line of this log. */
  add(line: EntryLine, at: LinePosition): void {
    const { seq } = line;
    const isFirstInFile = this.#file !== at.file;
    this.#file = at.file;
    this.#first ??= { seq, time: line.recordedAt, at };
    if (!this.#over && seq < this.tree.size) {
      this.#repeat(line, at);
    } else if (!this.#over && seq > this.tree.size && !(isFirstInFile && this.#goOn(line, at))) {
      this.#miss(seq, at, isFirstInFile);
    } else if (!this.#over) {
      this.#grow(line, at);
    } else {
      this.#missing?.count(seq);
      this.#unchecked += 1;
    }
  }

  /** The file ends: what was signed in it is checked, so that what it says counts. */
  endFile(): void {
    this.#signatures.settle();
  }

  /** What was read so far as plain data, for another to go on with; null when nothing can be said of what follows. */
  get part(): LogPart | null {
    if (this.#over || !this.#key || !this.#first) return null;
    const { log_key, delegation } = this.#key;
    return {
      log: this.origin,
      log_key,
      delegation,
      first: this.#first,
      tree: this.tree.part,
      statements: this.statements.part,
      signatures: this.#signatures.part,
      problems: this.problems,
    };
  }

  /** Whether a part read elsewhere is what comes next. */
  meets({ log_key, tree }: LogPart): boolean {
    const isSameKey = this.#key === null || this.#key.log_key === log_key;
    const isWhole = !this.#over && !this.statements.closed && this.#signatures.tail === null;
    return isSameKey && isWhole && this.tree.meets(tree);
  }

  /** Goes on with a part that {@link meets} this log. */
  join(part: LogPart): void {
    this.#key ??= logKeyOf(this.origin, part, this.terms.rootKeys);
    this.#file = part.first.at.file;
    this.#first ??= part.first;
    this.tree.join(part.tree);
    this.statements.join(part.statements);
    this.#signatures.join(part.signatures);
    for (const problem of part.problems) this.problems.push(problem);
  }

  /** What the log looks like from its end. `next` is the log that the same process began after it. */
  finish(now: Date, next: string | null = null): LogVerification {
    if (this.#missing) this.report(...this.#missing.finding(this.terms.coverage));
    const state = this.#stateAt(now, next);
    const { verified, last, head } = this.#signatures;
    return {
      log: this.origin,
      result: worstOf(this.problems),
      entries: verified,
      unchecked: this.#unchecked,
      first: this.#first,
      last,
      state,
      head,
      problems: this.problems,
    };
  }

  /** A finding about this log. What is tampered with, or can't be understood, is the last that can be said of it. */
  report(verdict: Verdict, seq: number | null, at: LinePosition | null, message: string): void {
    const ends = verdicts[verdict] === "tampered" || verdict === "UNSUPPORTED";
    // What was signed before still stands, or is what is wrong.
    if (ends && !this.#over) {
      this.#signatures.settle();
      if (this.#over) return;
    }
    this.#note(verdict, seq, at, message);
    this.#over ||= ends;
  }

  /** A signature covers the first `size` entries: what they say counts. */
  covered(size: number, at: LinePosition): void {
    this.statements.cover(size);
    const { closed } = this.statements;
    if (closed && closed.seq + 1 < size) this.#reportAfterEnd(closed.seq + 1, at);
  }

  #grow(line: EntryLine, at: LinePosition): void {
    if (line.seq === 0 && line.eventType === "audit.opened")
      this.#key = logKeyOf(this.origin, line.entry.detail, this.terms.rootKeys);
    const flaw = flawOf(line, this.#key);
    if (flaw) {
      this.report(flaw[0], line.seq, at, flaw[1]);
      return;
    }
    this.tree.append(line.leafHash, line.isSigned);
    this.statements.note(line, at);
    if (this.statements.closed) this.#reportAfterEnd(line.seq, at);
    else this.#signatures.add(line, at);
  }

  /** Goes on behind lines that are missing, if something stands in for them. */
  #goOn(line: EntryLine, at: LinePosition): boolean {
    const standIn = standInFor(line, this.tree.size, this.terms);
    this.#signatures.settle();
    if (!standIn || this.#over) return false;
    this.#key ??= standIn.key;
    this.#leaveTail();
    this.tree.restart(standIn.tree);
    if (standIn.finding) this.#note(standIn.finding[0], line.seq, at, standIn.finding[1]);
    return true;
  }

  #miss(seq: number, at: LinePosition, isFirstInFile: boolean): void {
    this.#signatures.settle();
    if (!this.#over) this.#missing = new MissingLines(this.tree.size, seq, at, isFirstInFile);
    this.#over = true;
    this.#unchecked += 1;
  }

  /** A line of an entry that was there already. */
  #repeat(line: EntryLine, at: LinePosition): void {
    const { seq, isSigned, chainHash } = line;
    const known = this.tree.leafAt(seq);
    const isSame =
      known?.hash === line.leafHash &&
      known.signed === isSigned &&
      this.tree.rootAt(seq + 1) === chainHash &&
      (!known.signed || this.terms.signatures === "sampled" || this.#signatures.isOwn(line));
    if (!known) this.report("SEQ_ORDER", seq, at, `entry ${seq} stands after ones that follow it`);
    else if (isSame) this.report("DUPLICATE", seq, at, `the line of entry ${seq} again`);
    else this.report("FORK", seq, at, `a second, different line for entry ${seq}`);
  }

  #stateAt(now: Date, next: string | null): LogVerification["state"] {
    this.#leaveTail();
    const { last } = this.#signatures;
    const { closed, heartbeatMs } = this.statements;
    const { coverage } = this.terms;
    const state = stateOf({ log: this.origin, last, closed, heartbeatMs, over: this.#over }, coverage, now);
    const later = laterFinding(this.tree.size, coverage.later?.get(this.origin));
    if (last && later) this.report(later[0], last.seq, last.at, later[1]);
    if (state === "unclosed" && last && !this.#over)
      this.report("UNCLOSED", last.seq, last.at, nothingAfter(last, next));
    return state;
  }

  /** No signature to come covers the lines since the last signed one: they prove nothing, and say nothing. */
  #leaveTail(): void {
    this.statements.leaveUncovered();
    const tail = this.#signatures.leaveTail();
    if (tail && !this.#over) this.report("UNSIGNED_TAIL", tail.seq, tail.at, tail.message);
  }

  #reportAfterEnd(seq: number, at: LinePosition): void {
    this.report("BAD_SIGNATURE", seq, at, `entry ${seq} follows the end of the log`);
  }

  #note(verdict: Verdict, seq: number | null, at: LinePosition | null, message: string): void {
    const known = this.#noted.get(verdict) ?? 0;
    this.#noted.set(verdict, known + 1);
    // An archive beside its original repeats every line of it.
    if (known < mostOfAKind)
      this.problems.push({ verdict, result: verdicts[verdict], log: this.origin, seq, at, message });
  }
}

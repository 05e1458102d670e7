import { checkpointText } from "../seal/line.ts";
import type { LogHead } from "../seal/log-head.ts";
import type { EntryLine } from "./entry-line.ts";
import type { LogKey } from "./log-key.ts";
import type { LogPoint } from "./log-verification.ts";
import type { LinePosition, Verdict } from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";
import type { VerifiedTree } from "./verified-tree.ts";

/** Of the signatures that are sampled. */
const oneIn = 256;

/** A signed line. */
interface Signed extends LogPoint {
  readonly chainHash: string;
  readonly signature: string;
  /** How many lines of the log had been read. */
  readonly lines: number;
}

/** What was read of a log elsewhere, as plain data. */
export type SignaturesPart = Pick<LogSignatures, "verified" | "last" | "head" | "tail" | "lines">;

/** What the signatures of a log are over, and who is told. */
export interface SignedLog {
  readonly origin: string;
  readonly tree: VerifiedTree;
  readonly key: LogKey | null;
  readonly terms: VerificationTerms;
  /** A signature covers the first `size` entries. */
  covered(size: number, at: LinePosition): void;
  report(verdict: Verdict, seq: number, at: LinePosition, message: string): void;
}

/** The roots and signatures of a log's lines: each signature that verifies covers all lines before it. */
export class LogSignatures {
  /** How many lines are covered. */
  verified = 0;
  /** The last of them. */
  last: LogPoint | null = null;
  head: LogHead | null = null;
  /** The first line since the last signed one. */
  tail: LogPoint | null = null;
  /** How many lines of the log were read. */
  lines = 0;
  readonly #log: SignedLog;
  #count = 0;
  /** The newest signed line, as long as its signature was not checked. */
  #signed: Signed | null = null;

  constructor(log: SignedLog) {
    this.#log = log;
  }

  /** The line whose leaf is the newest of the tree. */
  add(line: EntryLine, at: LinePosition): void {
    const { seq, isSigned } = line;
    this.lines += 1;
    if (isSigned && this.#isSample(line)) {
      this.#check(this.#signedIn(line, at));
    } else if (this.#log.terms.roots === "every" && this.#log.tree.rootText() !== line.chainHash) {
      this.#reportRoot(seq, at);
    } else if (isSigned) {
      this.#signed = this.#signedIn(line, at);
    }
    if (isSigned) this.tail = null;
    else this.tail ??= { seq, time: line.recordedAt, at };
  }

  #signedIn({ seq, recordedAt: time, chainHash, signature }: EntryLine, at: LinePosition): Signed {
    return { seq, time, at, chainHash, signature, lines: this.lines };
  }

  /** Checks the newest signature, if that has not been done: what is under it counts from now on. */
  settle(): void {
    if (this.#signed) this.#check(this.#signed);
  }

  /** Whether a signature is the log's own over the tree as it was. */
  isOwn({ seq, chainHash, signature }: Pick<Signed, "seq" | "chainHash" | "signature">): boolean {
    const text = checkpointText(this.#log.origin, seq + 1, chainHash);
    return this.#log.key?.verifier.verify(text, signature) === true;
  }

  /** What comes next is of another stretch: no signature in it covers the lines since the last signed one. */
  leaveTail(): (LogPoint & { readonly message: string }) | null {
    const tail = this.tail && {
      ...this.tail,
      message: `${this.lines - this.verified} entries in a row that no signature covers`,
    };
    this.tail = null;
    this.lines = this.verified;
    return tail;
  }

  get part(): SignaturesPart {
    const { verified, last, head, tail, lines } = this;
    return { verified, last, head, tail, lines };
  }

  join({ verified, last, head, tail, lines }: SignaturesPart): void {
    if (last) this.verified = this.lines + verified;
    this.lines += lines;
    this.last = last ?? this.last;
    this.head = head ?? this.head;
    this.tail = tail;
  }

  #isSample({ eventType }: EntryLine): boolean {
    const turn = this.#count % oneIn === 0;
    this.#count += 1;
    // What the log says of itself counts at once.
    return turn || this.#log.terms.signatures === "every" || eventType.startsWith("audit.");
  }

  #check(signed: Signed): void {
    this.#signed = null;
    const { origin, tree, key } = this.#log;
    const { seq, time, at, chainHash: chain_hash, signature } = signed;
    const size = seq + 1;
    if ((size === tree.size ? tree.rootText() : tree.rootAt(size)) !== chain_hash) {
      this.#reportRoot(seq, at);
    } else if (!this.isOwn(signed)) {
      this.#log.report("BAD_SIGNATURE", seq, at, `the signature of entry ${seq} is not this log's`);
    } else {
      const { log_key, delegation } = key!;
      this.verified = signed.lines;
      this.last = { seq, time, at };
      this.head = { log: origin, size, chain_hash, signature, log_key, delegation };
      this.#log.covered(size, at);
    }
  }

  #reportRoot(seq: number, at: LinePosition): void {
    this.#log.report("ROOT_MISMATCH", seq, at, `entry ${seq} is not what was sealed`);
  }
}

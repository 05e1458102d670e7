import type { AuditEntry } from "../entry/entry.ts";
import { dayOfFile } from "../journal/journal-file.ts";
import { isCanonicalJson } from "../seal/canonical-json.ts";
import { checkpointText, hashOfLine, type SealedLine } from "../seal/line.ts";
import type { LogHead } from "../seal/log-head.ts";
import { isProvenHead } from "../seal/log-head.ts";
import { leafHash, MerkleTree } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { openingOf } from "./log-opening.ts";
import { type LogVerification, type Placed, pointOf } from "./log-verification.ts";
import { PackedHashes } from "./packed-hashes.ts";
import { type LinePosition, type Verdict, type VerificationProblem, verdicts } from "./verdict.ts";

/** The newest version of docs/seal.md this verifier knows. */
const knownSeal = 1;

/**
 * Checks the lines of one log as they come by. After the first tampered line it only counts. A line says something only
 * once a signature covers it: anybody can compute the root of a line that nobody signed.
 */
export class LogVerifier {
  readonly origin: string;
  readonly problems: VerificationProblem[] = [];
  readonly links: { readonly head: LogHead; readonly at: LinePosition }[] = [];
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #tree = new MerkleTree();
  readonly #roots = new PackedHashes();
  /** Of whole lines: the same leaf with another seal is another line. */
  readonly #lines = new PackedHashes();
  /** Lines since the last signed one. */
  #uncovered: Placed[] = [];
  #key: NoteVerifier | null = null;
  #first: Placed | null = null;
  #last: Placed | null = null;
  #signedSize = 0;
  #heartbeatMs = 0;
  #closed = false;
  /** The first line was found of which, and of all after it, nothing can be said. */
  #over = false;
  #unchecked = 0;
  #misfiledIn = "";
  #missing: { readonly to: number; found: number; readonly at: LinePosition } | null = null;

  constructor(origin: string, rootKeys: readonly NoteVerifier[]) {
    this.origin = origin;
    this.#rootKeys = rootKeys;
  }

  get size(): number {
    return this.#tree.size;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The next line of this log. */
  add(entry: AuditEntry, line: SealedLine, at: LinePosition): void {
    this.#first ??= { entry, at };
    if (this.#over) {
      if (this.#missing && entry.seq >= this.#tree.size && entry.seq < this.#missing.to)
        this.#missing.found += 1;
      this.#unchecked += 1;
      return;
    }
    const whole = hashOfLine(line);
    if (entry.seq < this.#tree.size) {
      if (this.#lines.at(entry.seq).equals(whole))
        this.#report("DUPLICATE", entry.seq, at, `the line of entry ${entry.seq} again`);
      else this.#report("FORK", entry.seq, at, `a second, different line for entry ${entry.seq}`);
      return;
    }
    if (entry.seq > this.#tree.size) {
      this.#missing = { to: entry.seq, found: 0, at };
      this.#over = true;
      this.#unchecked += 1;
      return;
    }
    this.#tree.append(leafHash(line.leaf));
    const root = this.#tree.root();
    this.#roots.append(root);
    this.#lines.append(whole);
    const flaw = this.#flawOf(entry, line, root);
    if (flaw) {
      this.#report(flaw[0], entry.seq, at, flaw[1]);
      return;
    }
    this.#uncovered.push({ entry, at });
    if (line.signature !== "") this.#coverAll();
  }

  /** The root when the log had `size` entries, at least one and at most as many as were found. */
  rootAt(size: number): string {
    return this.#roots.at(size - 1).toString("base64");
  }

  /** Reports a link of a later log that this one contradicts. */
  contradict(verdict: "TRUNCATED" | "FORK", message: string, at: LinePosition): void {
    this.#report(verdict, null, at, message);
  }

  /** What the log looks like from its end. */
  finish(now: Date): LogVerification {
    this.#reportMissing();
    const open = this.#judgeEnd(now);
    return {
      log: this.origin,
      entries: this.#signedSize,
      unchecked: this.#unchecked,
      first: pointOf(this.#first),
      last: pointOf(this.#last),
      state: this.#closed ? "closed" : open ? "open" : "unclosed",
      problems: this.problems,
    };
  }

  #coverAll(): void {
    for (const { entry, at } of this.#uncovered) {
      if (entry.seq === 0) this.#collectLinks(entry, at);
      if (entry.event_type === "audit.closed") this.#closed = true;
      if (entry.event_type === "audit.gap") {
        const { count, reason } = entry.detail ?? {};
        const lost = `the log states that ${String(count)} entries were lost: ${String(reason)}`;
        this.#report("GAP", entry.seq, at, lost);
      }
      this.#checkPlace(entry, at);
      this.#last = { entry, at };
    }
    this.#uncovered = [];
    this.#signedSize = this.#tree.size;
  }

  #flawOf(entry: AuditEntry, line: SealedLine, root: Buffer): [Verdict, string] | null {
    const { seq } = entry;
    if (!isCanonicalJson(line.leaf)) return ["NOT_CANONICAL", `entry ${seq} is not in canonical form`];
    if (seq === 0 && Number(entry.detail?.seal) > knownSeal) {
      return ["UNSUPPORTED", "this log has a newer seal than this verifier knows: use a newer one"];
    }
    if (seq === 0 && !this.#open(entry)) {
      return ["UNDELEGATED_STREAM", "the key of this log is not certified by the public key given"];
    }
    if (root.toString("base64") !== line.chainHash) {
      return ["ROOT_MISMATCH", `entry ${seq} is not what was sealed`];
    }
    if (this.#closed) return ["BAD_SIGNATURE", `entry ${seq} follows the end of the log`];
    const signed = checkpointText(this.origin, seq + 1, line.chainHash);
    if (line.signature !== "" && !this.#key?.verify(signed, line.signature)) {
      return ["BAD_SIGNATURE", `the signature of entry ${seq} is not this log's`];
    }
    return null;
  }

  #open(entry: AuditEntry): boolean {
    const opening = openingOf(entry, this.#rootKeys);
    this.#key = opening?.key ?? null;
    this.#heartbeatMs = opening?.heartbeatMs ?? 0;
    return opening !== null;
  }

  #collectLinks(entry: AuditEntry, at: LinePosition): void {
    const links = entry.detail?.links;
    if (!Array.isArray(links)) return;
    for (const link of links as readonly unknown[]) {
      if (isProvenHead(link, this.#rootKeys)) this.links.push({ head: link, at });
      else this.#report("BAD_LINK", entry.seq, at, "a link that proves nothing");
    }
  }

  /** A day's file never holds what was recorded later: readers that look for a time pass over it. */
  #checkPlace(entry: AuditEntry, at: LinePosition): void {
    const day = entry.recorded_at.slice(0, 10);
    if (this.#misfiledIn === at.file || day <= dayOfFile(at.file)!) return;
    this.#misfiledIn = at.file;
    this.#report(
      "MISFILED",
      entry.seq,
      at,
      `recorded on ${day}, and from here on in the file of an earlier day`,
    );
  }

  #reportMissing(): void {
    if (!this.#missing) return;
    const { to, found, at } = this.#missing;
    const from = this.#tree.size;
    const range = to - from === 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`;
    if (found === to - from) this.#report("SEQ_ORDER", to, at, `entry ${to} stands before ${range}`);
    else this.#report("SEQ_GAP", to, at, `${range} missing before entry ${to}`);
  }

  /** @returns whether the log may still be written to. */
  #judgeEnd(now: Date): boolean {
    if (this.#over) return false;
    const [unsigned] = this.#uncovered;
    if (unsigned) {
      const message = `${this.#uncovered.length} entries at the end that no signature covers`;
      this.#report("UNSIGNED_TAIL", unsigned.entry.seq, unsigned.at, message);
    }
    if (this.#closed || !this.#last) return false;
    const { entry, at } = this.#last;
    const silentMs = now.getTime() - Date.parse(entry.recorded_at);
    // A last entry far in the future was written by a wrong clock, and says nothing of being alive.
    if (Math.abs(silentMs) <= 2 * this.#heartbeatMs) return true;
    this.#report(
      "UNCLOSED",
      entry.seq,
      at,
      `nothing after entry ${entry.seq}: the process was killed, or the end was cut off`,
    );
    return false;
  }

  #report(verdict: Verdict, seq: number | null, at: LinePosition, message: string): void {
    const result = verdicts[verdict];
    if (result === "tampered" || verdict === "UNSUPPORTED") this.#over = true;
    this.problems.push({ verdict, result, log: this.origin, seq, at, message });
  }
}

import { createHash } from "node:crypto";
import type { AuditEntry } from "../entry/entry.ts";
import type { LogHead } from "../journal/journal-tail.ts";
import { isDelegation } from "../seal/delegation.ts";
import { checkpointText, type SealedLine } from "../seal/line.ts";
import { leafHash, MerkleTree } from "../seal/merkle.ts";
import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";
import type { LogPoint, LogVerification } from "./log-verification.ts";
import { PackedHashes } from "./packed-hashes.ts";
import { type LinePosition, type Verdict, type VerificationProblem, verdicts } from "./verdict.ts";

interface Placed {
  readonly entry: AuditEntry;
  readonly at: LinePosition;
}

/** Checks the lines of one log as they come by. After the first tampered line it only counts. */
export class LogVerifier {
  readonly origin: string;
  readonly problems: VerificationProblem[] = [];
  readonly links: { readonly head: LogHead; readonly at: LinePosition }[] = [];
  readonly #root: NoteVerifier;
  readonly #tree = new MerkleTree();
  readonly #leaves = new PackedHashes();
  /** Of each line's seal: the same leaf with another seal is another line. */
  readonly #seals = new PackedHashes();
  #key: NoteVerifier | null = null;
  #first: Placed | null = null;
  #last: Placed | null = null;
  #verified = 0;
  #signedSize = 0;
  #firstUnsigned: Placed | null = null;
  #heartbeatMs = 0;
  #closed = false;
  #tampered = false;
  #unchecked = 0;
  #missing: { readonly to: number; found: number; readonly at: LinePosition } | null = null;

  constructor(origin: string, root: NoteVerifier) {
    this.origin = origin;
    this.#root = root;
  }

  get size(): number {
    return this.#tree.size;
  }

  get tampered(): boolean {
    return this.#tampered;
  }

  /** The next line of this log. */
  add(entry: AuditEntry, line: SealedLine, at: LinePosition): void {
    this.#first ??= { entry, at };
    if (this.#tampered) {
      if (this.#missing && entry.seq >= this.#tree.size && entry.seq < this.#missing.to)
        this.#missing.found += 1;
      this.#unchecked += 1;
      return;
    }
    const hash = leafHash(line.leaf);
    const seal = sealHash(line);
    if (entry.seq < this.#tree.size) {
      const same = this.#leaves.at(entry.seq).equals(hash) && this.#seals.at(entry.seq).equals(seal);
      if (same) this.#report("DUPLICATE", entry.seq, at, `the line of entry ${entry.seq} again`);
      else this.#report("FORK", entry.seq, at, `a second, different line for entry ${entry.seq}`);
      return;
    }
    if (entry.seq > this.#tree.size) {
      this.#missing = { to: entry.seq, found: 0, at };
      this.#tampered = true;
      this.#unchecked += 1;
      return;
    }
    this.#tree.append(hash);
    this.#leaves.append(hash);
    this.#seals.append(seal);
    this.#check(entry, line, at);
    if (this.#tampered) return;
    this.#last = { entry, at };
    this.#verified = this.#tree.size;
  }

  /** The root when the log had `size` entries. */
  rootAt(size: number): string {
    const tree = new MerkleTree();
    for (let index = 0; index < size; index += 1) tree.append(this.#leaves.at(index));
    return tree.root().toString("base64");
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
      entries: this.#verified,
      unchecked: this.#unchecked,
      first: pointOf(this.#first),
      last: pointOf(this.#last),
      state: this.#closed ? "closed" : open ? "open" : "unclosed",
      problems: this.problems,
    };
  }

  #check(entry: AuditEntry, line: SealedLine, at: LinePosition): void {
    const flaw = this.#flawOf(entry, line);
    if (flaw) {
      this.#report(flaw[0], entry.seq, at, flaw[1]);
      return;
    }
    if (line.signature === "") this.#firstUnsigned ??= { entry, at };
    else {
      this.#signedSize = this.#tree.size;
      this.#firstUnsigned = null;
    }
    if (entry.event_type === "audit.opened") this.#collectLinks(entry, at);
    if (entry.event_type === "audit.closed") this.#closed = true;
    if (entry.event_type === "audit.gap") {
      const { count, reason } = entry.detail ?? {};
      this.#report(
        "GAP",
        entry.seq,
        at,
        `the log states that ${String(count)} entries were lost: ${String(reason)}`,
      );
    }
  }

  #flawOf(entry: AuditEntry, line: SealedLine): [Verdict, string] | null {
    const { seq } = entry;
    if (seq === 0 && !this.#open(entry)) {
      return ["UNDELEGATED_STREAM", "the key of this log is not certified by the public key given"];
    }
    if (this.#tree.root().toString("base64") !== line.chainHash) {
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
    const { log_key, delegation, heartbeat_ms } = entry.detail ?? {};
    if (entry.event_type !== "audit.opened" || typeof log_key !== "string" || typeof delegation !== "string")
      return false;
    if (typeof heartbeat_ms === "number") this.#heartbeatMs = heartbeat_ms;
    this.#key = verifierOf(log_key);
    return this.#key !== null && isDelegation(delegation, this.#root, this.origin, log_key);
  }

  #collectLinks(entry: AuditEntry, at: LinePosition): void {
    const links = entry.detail?.links;
    if (!Array.isArray(links)) return;
    for (const link of links as unknown as LogHead[]) this.links.push({ head: link, at });
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
    if (this.#tampered || !this.#last) return false;
    const unsigned = this.#firstUnsigned;
    if (unsigned) {
      const count = this.#tree.size - this.#signedSize;
      this.#report(
        "UNSIGNED_TAIL",
        unsigned.entry.seq,
        unsigned.at,
        `${count} entries at the end that no signature covers`,
      );
    }
    if (this.#closed) return false;
    const { entry, at } = this.#last;
    const silentMs = now.getTime() - Date.parse(entry.recorded_at);
    if (silentMs <= 2 * this.#heartbeatMs) return true;
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
    if (result === "tampered") this.#tampered = true;
    this.problems.push({ verdict, result, log: this.origin, seq, at, message });
  }
}

function sealHash({ chainHash, signature }: SealedLine): Buffer {
  return createHash("sha256").update(chainHash).update(signature).digest();
}

function pointOf(placed: Placed | null): LogPoint | null {
  return placed && { seq: placed.entry.seq, time: placed.entry.recorded_at, at: placed.at };
}

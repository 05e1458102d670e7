import type { AuditEntry } from "../entry/entry.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { anchorVerifiersOf } from "../seal/anchor-key.ts";
import { isCanonicalJson } from "../seal/canonical-json.ts";
import { isDelegation } from "../seal/delegation.ts";
import { checkpointText, parseLine, type SealedLine } from "../seal/line.ts";
import type { LogHead } from "../seal/log-head.ts";
import { leafHash, MerkleTree } from "../seal/merkle.ts";
import { isNewerSeal } from "../seal/seal-version.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { entriesBetween } from "./missing-lines.ts";
import { type LinePosition, type Verdict, type VerificationProblem, verdicts } from "./verdict.ts";

/** What a write that was cut may lack of a line that says all: the last bytes of its seal. */
const signatureLength = 92;
const lineEnds = ["", "}", '"}', '="}'];

interface CurrentKey {
  readonly verifier: NoteVerifier;
  readonly delegation: string;
}

/**
 * Checks the lines of an anchor log as they come by, every one of which is signed with the root key. It is over at the
 * first that is not what was sealed. See docs/seal.md, "Anchors".
 */
export class AnchorLog {
  readonly problems: VerificationProblem[] = [];
  /** The hash of each leaf, as a string of bytes. */
  readonly leafHashes: string[] = [];
  /** The newest line. */
  head: LogHead | null = null;
  /** Which log the first entry says it is of, whether that verifies or not; null as long as there is none. */
  claimed: string | null = null;
  /** What a writer has to write before its next line. */
  missingEnd = "";
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #anchorKeys: readonly NoteVerifier[];
  readonly #tree = new MerkleTree();
  readonly #roots: string[] = [];
  #key: CurrentKey | null = null;
  #over = false;

  /** @param rootKeys the root keys that are trusted: more than one after a rotation */
  constructor(rootKeys: readonly NoteVerifier[]) {
    this.#rootKeys = rootKeys;
    this.#anchorKeys = anchorVerifiersOf(rootKeys);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Whether nothing more can be said of it: a line is not what was sealed, or not understood. */
  get over(): boolean {
    return this.#over;
  }

  /** The roots of the largest complete subtrees, from the left. */
  get frontier(): Buffer[] {
    return this.#tree.frontier;
  }

  /** The root when the log had `size` entries, at least one and at most as many as there are. */
  rootAt(size: number): string {
    return this.#roots[size - 1]!;
  }

  /** The next line. Returns its entry, or null when it is none that says anything. */
  add(bytes: Buffer, ended: boolean, at: LinePosition): AuditEntry | null {
    if (this.#over) return null;
    for (const rest of ended ? [""] : lineEnds) {
      const whole = rest === "" ? bytes : Buffer.concat([bytes, Buffer.from(rest)]);
      const line = parseLine(whole);
      const entry = line && writtenEntryOf(whole);
      if (!line || !entry || (!ended && line.signature.length < signatureLength)) continue;
      if (!ended) this.missingEnd = `${rest}\n`;
      return this.#addEntry(entry, line, at);
    }
    if (!ended) {
      this.missingEnd = "\n";
      this.report("TORN_TAIL", at, "an unfinished line: a write was cut");
    } else if (!isCut(bytes)) this.report("FOREIGN_LINE", at, "not an audit entry");
    return null;
  }

  report(verdict: Verdict, at: LinePosition | null, message: string, seq: number | null = null): void {
    const result = verdicts[verdict];
    this.problems.push({ verdict, result, log: this.head?.log ?? null, seq, at, message });
  }

  /** Reports that this is not the log `log`, or nothing: somebody knew that it was there. */
  reportMissing(log: string, message: string): void {
    const verdict = "MISSING_STREAM";
    this.problems.push({ verdict, result: verdicts[verdict], log, seq: null, at: null, message });
  }

  #addEntry(entry: AuditEntry, line: SealedLine, at: LinePosition): AuditEntry | null {
    const { seq } = entry;
    this.claimed ??= entry.log;
    const leaf = leafHash(line.leaf);
    if (seq < this.size) {
      const same = this.leafHashes[seq] === leaf && this.rootAt(seq + 1) === line.chainHash;
      if (same) this.report("DUPLICATE", at, `the line of entry ${seq} again`, seq);
      else this.#end("FORK", at, `a second, different line for entry ${seq}`, seq);
      return null;
    }
    if (seq > this.size) {
      this.#end("SEQ_GAP", at, `${entriesBetween(this.size, seq)} missing before entry ${seq}`, seq);
      return null;
    }
    this.#tree.append(leaf);
    this.leafHashes.push(leaf);
    this.#roots.push(this.#tree.rootText());
    const flaw = this.#flawOf(entry, line);
    if (flaw) {
      this.#end(flaw[0], at, flaw[1], seq);
      return null;
    }
    const { verifier, delegation } = this.#key!;
    const { chainHash: chain_hash, signature } = line;
    this.head = { log: entry.log, size: seq + 1, chain_hash, signature, log_key: verifier.vkey, delegation };
    return entry;
  }

  #end(verdict: Verdict, at: LinePosition, message: string, seq: number): void {
    this.#over = true;
    this.report(verdict, at, message, seq);
  }

  #flawOf(entry: AuditEntry, line: SealedLine): [Verdict, string] | null {
    const { seq, event_type, log, detail } = entry;
    if (!isCanonicalJson(line.leaf)) return ["NOT_CANONICAL", `entry ${seq} is not in canonical form`];
    if (seq === 0 && isNewerSeal(detail?.seal))
      return ["UNSUPPORTED", "this log has a newer seal than this verifier knows: use a newer one"];
    if (this.rootAt(seq + 1) !== line.chainHash)
      return ["ROOT_MISMATCH", `entry ${seq} is not what was sealed`];
    if (seq === 0 && event_type !== "audit.opened")
      return ["UNDELEGATED_STREAM", "the first entry is not audit.opened"];
    if (seq > 0 && log !== this.head!.log) return ["FORK", `entry ${seq} is of another log`];
    if (detail?.log_key !== undefined && detail.log_key !== this.#key?.verifier.vkey && !this.#take(entry))
      return [
        "UNDELEGATED_STREAM",
        `the key that entry ${seq} names is not certified by the public key given`,
      ];
    if (!this.#key?.verifier.verify(checkpointText(log, seq + 1, line.chainHash), line.signature))
      return ["BAD_SIGNATURE", `the signature of entry ${seq} is not the root key's`];
    return null;
  }

  /** The key of the log; after a rotation of the root key, the next one. */
  #take({ log, detail }: AuditEntry): boolean {
    const { log_key, delegation } = detail!;
    const verifier = this.#anchorKeys.find(({ vkey }) => vkey === log_key);
    if (!verifier || typeof delegation !== "string" || verifier.name !== log) return false;
    if (!isDelegation(delegation, this.#rootKeys, log, verifier.vkey)) return false;
    this.#key = { verifier, delegation };
    return true;
  }
}

/**
 * Whether a line is what a cut write left. Nobody has seen a signature of it, and whoever wrote it began again behind it:
 * it means nothing. After a loss of power a file can have the length of what was written without the bytes.
 */
function isCut(bytes: Buffer): boolean {
  if (bytes[0] === 0x00) return true;
  if (bytes[0] !== 0x7b) return false;
  try {
    JSON.parse(bytes.toString());
    return false;
  } catch {
    return true;
  }
}

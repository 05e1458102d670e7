import type { AuditEntry } from "../entry/entry.ts";
import type { JournalLine } from "../journal/line-splitter.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { isCanonicalJson } from "../seal/canonical-json.ts";
import { parseLine } from "../seal/line.ts";
import { LineScanner } from "../seal/line-scanner.ts";
import { leafHash, leafHashIn } from "../seal/merkle.ts";

/** A line that is an entry, with what its verification needs. See docs/seal.md, "Verification". */
export interface EntryLine {
  readonly log: string;
  readonly seq: number;
  readonly recordedAt: string;
  readonly eventType: string;
  /** Whether the leaf is the JCS form of what it says. */
  readonly canonical: boolean;
  /** RFC 6962, as a string of bytes. */
  readonly leafHash: string;
  readonly chainHash: string;
  /** Empty for a line that a later one of its commit covers. */
  readonly signature: string;
  readonly isSigned: boolean;
  /** All of it. */
  readonly entry: AuditEntry;
}

/** Reads the lines of a journal that are entries. */
export class EntryLines {
  readonly #scanned = new ScannedLine();

  /** @returns what is good until the next line is read; null when the line is no entry */
  read(line: JournalLine): EntryLine | null {
    return this.#scanned.read(line) ? this.#scanned : entryLineOf(line.bytes);
  }
}

/** A line that was not parsed: only what is asked for is made of it. */
class ScannedLine extends LineScanner implements EntryLine {
  readonly canonical = true;
  #block: Buffer | null = null;
  #line: JournalLine | null = null;

  read(line: JournalLine): boolean {
    if (line.block !== this.#block) this.over(line.block);
    this.#block = line.block;
    this.#line = line;
    return this.scan(line.start, line.end);
  }

  get leafHash(): string {
    const { block, start } = this.#line!;
    return leafHashIn(block, start, this.leafEnd);
  }

  get entry(): AuditEntry {
    return writtenEntryOf(this.#line!.bytes)!;
  }
}

/** Reads a line (without its LF) by parsing it; null when it is no entry. */
export function entryLineOf(bytes: Buffer): EntryLine | null {
  const line = parseLine(bytes);
  const entry = line && writtenEntryOf(bytes);
  if (!line || !entry || typeof entry.recorded_at !== "string") return null;
  const { leaf, chainHash, signature } = line;
  return {
    log: entry.log,
    seq: entry.seq,
    recordedAt: entry.recorded_at,
    eventType: entry.event_type,
    canonical: isCanonicalJson(leaf),
    leafHash: leafHash(leaf),
    chainHash,
    signature,
    isSigned: signature !== "",
    entry,
  };
}

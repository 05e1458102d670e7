import { CanonicalScanner, unknown } from "./canonical-scanner.ts";
import { sealText } from "./line.ts";
import { MemberScanner } from "./member-scanner.ts";

const quote = 0x22;
const closingBrace = 0x7d;

const hashLength = 44;
/** Of the 68 bytes that an Ed25519 signature is with its key id. */
const signatureLength = 92;
const [beforeHash, beforeSignature] = sealText("|", "|")
  .split("|")
  .map((text) => Buffer.from(text)) as [Buffer, Buffer];
const sealLength = sealText("", "").length + hashLength;
/** Room for what is read in eight bytes at a time. */
const bytesBehind = 8;

/** Whether each byte is a digit of base64 (RFC 4648 section 4). */
const isBase64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** What every entry has: `seq` is a whole number, the others are strings. */
const wanted = ["seq", "event_type", "log", "recorded_at", "id", "timestamp"] as const;
const [seq, eventType, log, recordedAt] = [0, 1, 2, 3] as const;

/**
 * Reads lines where they are, without JSON.parse. Of a line that is an entry with a leaf in JCS form it says so, and what
 * the verification needs of it. Of any other line, and of an entry that is written in an unusual way, it says nothing:
 * then `parseLine`, `entryOf` and `isCanonicalJson` do.
 */
export class LineScanner {
  /** Where the leaf ends and the seal begins: the offset of a comma, in whose place the leaf has its last brace. */
  leafEnd = 0;
  seq = 0;
  #lineEnd = 0;
  readonly #json = new CanonicalScanner();
  readonly #members = new MemberScanner(this.#json, wanted);
  readonly #known = wanted.map(() => ({ start: 0, end: 0, text: "" }));

  /** The bytes that lines are read in from now on. They may not change before the next call of this. */
  over(bytes: Buffer): void {
    this.#json.over(bytes);
    this.#members.forget();
    for (const known of this.#known) known.end = known.start;
  }

  /**
   * Whether the line from `start` to `end`, without its LF, is an entry with a leaf in JCS form. False when it is not
   * sure, as of a line with less than eight bytes behind it.
   */
  scan(start: number, end: number): boolean {
    const json = this.#json;
    if (end + bytesBehind > json.bytes.length) return false;
    const leafEnd = this.#startOfSeal(start, end);
    if (leafEnd === unknown) return false;
    json.wide = false;
    if (!this.#members.read(start, leafEnd)) return false;
    if (!json.isUtf8(start, leafEnd)) {
      this.#members.forget();
      return false;
    }
    this.leafEnd = leafEnd;
    this.#lineEnd = end;
    return this.#isEntry();
  }

  get log(): string {
    return this.#repeated(log);
  }

  get eventType(): string {
    return this.#repeated(eventType);
  }

  get recordedAt(): string {
    return this.#repeated(recordedAt);
  }

  get chainHash(): string {
    const start = this.leafEnd + beforeHash.length;
    return this.#json.bytes.toString("latin1", start, start + hashLength);
  }

  get isSigned(): boolean {
    return this.#lineEnd - this.leafEnd > sealLength;
  }

  /** Empty for a line that a later one of its commit covers. */
  get signature(): string {
    return this.#json.bytes.toString("latin1", this.leafEnd + sealLength - 2, this.#lineEnd - 2);
  }

  /** Where the seal of a line begins, when it is one of today's. */
  #startOfSeal(start: number, end: number): number {
    const unsigned = end - sealLength;
    if (this.#isSeal(unsigned, start, end)) return unsigned;
    const signed = unsigned - signatureLength;
    return this.#isSeal(signed, start, end) ? signed : unknown;
  }

  #isSeal(at: number, start: number, end: number): boolean {
    const { bytes } = this.#json;
    if (at <= start || !standsAt(beforeHash, bytes, at)) return false;
    const hash = at + beforeHash.length;
    const signature = hash + hashLength + beforeSignature.length;
    return (
      isPadded(bytes, hash, hash + hashLength) &&
      standsAt(beforeSignature, bytes, hash + hashLength) &&
      (signature === end - 2 || isPadded(bytes, signature, end - 2)) &&
      bytes[end - 2] === quote &&
      bytes[end - 1] === closingBrace
    );
  }

  #isEntry(): boolean {
    const { bytes } = this.#json;
    const members = this.#members;
    for (let each = 1; each < wanted.length; each += 1) {
      const start = members.startOf(each);
      if (start === unknown || bytes[start] !== quote) return false;
    }
    let at = members.startOf(seq);
    if (at === unknown) return false;
    this.seq = 0;
    for (const end = members.endOf(seq); at < end; at += 1) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return false;
      this.seq = this.seq * 10 + digit;
    }
    return Number.isSafeInteger(this.seq);
  }

  /** The text of a member that is mostly what it was in the line before: then it is not made anew. */
  #repeated(member: number): string {
    const start = this.#members.startOf(member);
    const end = this.#members.endOf(member);
    const known = this.#known[member]!;
    if (known.end - known.start !== end - start || !this.#isSame(known.start, start, end)) {
      known.text = this.#text(start, end);
      known.start = start;
      known.end = end;
    }
    return known.text;
  }

  #isSame(known: number, start: number, end: number): boolean {
    const { bytes } = this.#json;
    const shift = known - start;
    for (let at = start; at < end; at += 1) if (bytes[at] !== bytes[at + shift]) return false;
    return true;
  }

  /** The text between two quotation marks. */
  #text(start: number, end: number): string {
    const text = this.#json.bytes.toString("utf8", start + 1, end - 1);
    return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
  }
}

function standsAt(text: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** Whether this is base64 that ends in one `=`. */
function isPadded(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end - 1; at += 1) if (isBase64[bytes[at]!] === 0) return false;
  return bytes[end - 1] === 0x3d;
}

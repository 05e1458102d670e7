import { isUtf8 } from "node:buffer";

/** What no scan can tell cheaply: `isCanonicalJson` has to say. */
export const unknown = -1;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const point = 0x2e;
const deepest = 32;
/** So many decimal digits are told apart by every double (DBL_DIG of C). */
const mostDigits = 15;

const wordOf = (text: string) => Buffer.from(text).readInt32LE();
const nullWord = wordOf("null");
const trueWord = wordOf("true");
const falsWord = wordOf("fals");

/** The one-letter escapes that RFC 8785 section 3.2.2.2 asks for. */
const shortEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\bfnrt'));
const longEscape = /^u00(?:0[0-7be-f]|1[0-9a-f])$/;

/**
 * Reads values in RFC 8785 (JCS) form where they stand, without making anything of them. Every method takes the offset
 * at which something begins and returns the one behind it, or `unknown`: what is there is not canonical, or it is one of
 * the few forms that are not worth a second implementation. Behind what is read there must be a quotation mark and four
 * bytes more, so that a text that does not end is not read beyond the bytes.
 */
export class CanonicalScanner {
  bytes: Buffer = Buffer.alloc(0);
  /** Of the same memory: four bytes at once are read four times as fast. */
  words = new DataView(this.bytes.buffer);
  /** Whether a byte of more than seven bits went by since it was last set to false: `isUtf8` has yet to say. */
  wide = false;

  over(bytes: Buffer): void {
    this.bytes = bytes;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether the strings that went by are UTF-8. */
  isUtf8(start: number, end: number): boolean {
    return !this.wide || isUtf8(this.bytes.subarray(start, end));
  }

  value(at: number, depth = 0): number {
    const first = this.bytes[at]!;
    if (first === quote) return this.string(at);
    if (first === 0x6e) return this.words.getInt32(at, true) === nullWord ? at + 4 : unknown;
    if (first === minus || isDigit(first)) return this.number(at);
    if (first === 0x7b) return this.#object(at, depth);
    if (first === 0x5b) return this.#array(at, depth);
    if (first === 0x74) return this.words.getInt32(at, true) === trueWord ? at + 4 : unknown;
    if (this.words.getInt32(at, true) === falsWord && this.bytes[at + 4] === 0x65) return at + 5;
    return unknown;
  }

  string(at: number): number {
    const { bytes, words } = this;
    let next = at + 1;
    for (;;) {
      const word = words.getInt32(next, true);
      // The high bit of each byte that is below 0x20, a quotation mark, a backslash or beyond ASCII. A borrow from the
      // byte before may set it too, but then that byte's is set: the lowest is right.
      const stops =
        ((word - 0x20202020) |
          ((word ^ 0x22222222) - 0x01010101) |
          ((word ^ 0x5c5c5c5c) - 0x01010101) |
          word) &
        0x80808080;
      if (stops === 0) {
        next += 4;
        continue;
      }
      next += (31 - Math.clz32(stops & -stops)) >> 3;
      const stop = bytes[next]!;
      if (stop === quote) return next + 1;
      if (stop === backslash) {
        next = this.#escape(next + 1);
        if (next === unknown) return unknown;
      } else if (stop >= 0x80) {
        this.wide = true;
        next += 1;
      } else {
        return unknown;
      }
    }
  }

  #escape(at: number): number {
    if (shortEscapes.has(this.bytes[at]!)) return at + 1;
    return longEscape.test(this.bytes.toString("latin1", at, at + 5)) ? at + 5 : unknown;
  }

  number(at: number): number {
    const { bytes } = this;
    const start = bytes[at] === minus ? at + 1 : at;
    let end = start;
    while (isDigit(bytes[end]!)) end += 1;
    const whole = end - start;
    const begins = whole === 1 || (whole > 0 && bytes[start] !== zero);
    if (begins && whole <= mostDigits && !isOfNumber(bytes[end]!)) {
      return whole === 1 && bytes[start] === zero && start > at ? unknown : end;
    }
    if (begins && bytes[end] === point) {
      const fraction = end + 1;
      end = fraction;
      if (bytes[start] === zero) while (bytes[end] === zero) end += 1;
      // Below 0.000001 ECMAScript writes an exponent.
      const small = end - fraction >= 6;
      while (isDigit(bytes[end]!)) end += 1;
      // Two numbers of so few digits are never the same double, so that each is its double's shortest form.
      const short = whole + end - fraction <= mostDigits;
      const ends = end > fraction && bytes[end - 1] !== zero && !isOfNumber(bytes[end]!);
      if (short && ends && !small) return end;
    }
    return this.#anyNumber(at);
  }

  #anyNumber(at: number): number {
    let end = at;
    while (isOfNumber(this.bytes[end]!)) end += 1;
    // RFC 8785 section 3.2.2.3 took numbers from ECMAScript.
    const text = this.bytes.toString("latin1", at, end);
    return String(Number(text)) === text ? end : unknown;
  }

  #array(at: number, depth: number): number {
    const { bytes } = this;
    if (bytes[at + 1] === 0x5d) return at + 2;
    if (depth === deepest) return unknown;
    let next = at;
    do {
      next = this.value(next + 1, depth + 1);
    } while (bytes[next] === comma);
    return bytes[next] === 0x5d ? next + 1 : unknown;
  }

  #object(at: number, depth: number): number {
    const { bytes } = this;
    if (bytes[at + 1] === 0x7d) return at + 2;
    if (depth === deepest) return unknown;
    let next = at;
    let before = 0;
    do {
      const name = next + 1;
      next = this.name(name);
      if (next === unknown || (before !== 0 && !this.inOrder(before, name))) return unknown;
      before = name;
      next = this.value(next, depth + 1);
    } while (bytes[next] === comma);
    return bytes[next] === 0x7d ? next + 1 : unknown;
  }

  /** A member's name with its colon. */
  name(at: number): number {
    if (this.bytes[at] !== quote) return unknown;
    const end = this.string(at);
    return end !== unknown && this.bytes[end] === colon ? end + 1 : unknown;
  }

  /** Whether the name at `second` stands behind the one at `first` in the order of UTF-16 code units; false when unsure. */
  inOrder(first: number, second: number): boolean {
    const { bytes } = this;
    let offset = 1;
    while (bytes[first + offset] === bytes[second + offset]) {
      // The same name twice, or an escape, which stands for something else than it looks like.
      if (bytes[first + offset] === quote || bytes[first + offset] === backslash) return false;
      offset += 1;
    }
    const a = bytes[first + offset]!;
    const b = bytes[second + offset]!;
    if (a === backslash || b === backslash) return false;
    if (a === quote || b === quote) return a === quote;
    // UTF-16 sorts what takes four bytes in UTF-8 before the last of what takes three.
    return a < b && b < 0xee;
  }
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

/** A digit or one of + - . E e */
function isOfNumber(byte: number): boolean {
  return isDigit(byte) || byte === minus || byte === point || byte === 0x65 || byte === 0x2b || byte === 0x45;
}

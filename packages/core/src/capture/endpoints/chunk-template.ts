const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;

/**
 * What the events of a stream have in common. They are long and differ in one short string; comparing them and decoding
 * only that is most of what can be saved on a stream.
 *
 * It is exact: bytes that differ in nothing but the inside of one string's literal are the same JSON but for that string.
 */
export class ChunkTemplate {
  readonly #before: Buffer;
  readonly #after: Buffer;

  private constructor(before: Buffer, after: Buffer) {
    this.#before = before;
    this.#after = after;
  }

  /**
   * The template of an event whose data has one member `name`, with this value; null when its place is not certain.
   *
   * @param event its bytes, from the first to the last
   */
  static of(event: Buffer, name: string, value: string): ChunkTemplate | null {
    const member = `"${name}":`;
    const literal = Buffer.from(member + JSON.stringify(value));
    const start = event.indexOf(literal);
    if (start < 0) return null;
    const before = event.subarray(0, start + member.length + 1);
    const after = event.subarray(start + literal.length - 1);
    // Nothing but a backslash could hide the name, or a quote, elsewhere.
    if (before.includes(backslash) || after.includes(backslash)) return null;
    const isOnly = before.indexOf(`"${name}"`) === start && !after.includes(`"${name}"`);
    // Copied: the bytes belong to the caller.
    return isOnly ? new ChunkTemplate(Buffer.from(before), Buffer.from(after)) : null;
  }

  /** Where an event ends that begins at `start` and differs in nothing but the value; -1 when there is none. */
  endIn(bytes: Uint8Array, start: number): number {
    const opening = start + this.#before.length;
    if (opening > bytes.length || this.#before.compare(bytes, start, opening) !== 0) return -1;
    const closing = endOfLiteral(bytes, opening);
    const end = closing + this.#after.length;
    return end <= bytes.length && this.#after.compare(bytes, closing, end) === 0 ? end : -1;
  }

  /** The value in the event that `endIn` found; null when it is no JSON. */
  valueIn(bytes: Uint8Array, start: number, end: number): string | null {
    const opening = start + this.#before.length;
    const length = end - this.#after.length - opening;
    const inside = Buffer.from(bytes.buffer, bytes.byteOffset + opening, length).toString();
    return inside.includes("\\") ? parsed(`"${inside}"`) : inside;
  }
}

/** Where the next quote is that is not escaped; or what may not stand in a literal. */
function endOfLiteral(bytes: Uint8Array, start: number): number {
  let end = start;
  for (; end < bytes.length; end++) {
    const byte = bytes[end]!;
    if (byte === quote || byte < space) break;
    if (byte === backslash) end++;
  }
  return end;
}

function parsed(literal: string): string | null {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return null;
  }
}

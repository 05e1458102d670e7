/**
 * What the chunks of a stream have in common. They are long and differ in one short string; reading only that is most of
 * what can be saved on a stream.
 *
 * It is exact: a JSON text stays the same but for one string when nothing but the inside of that string's literal changes.
 */
export class ChunkTemplate {
  readonly #before: string;
  readonly #after: string;

  private constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
  }

  /** The template of a chunk whose member `name` has this value; null when its place in the text is not certain. */
  static of(chunk: string, name: string, value: string): ChunkTemplate | null {
    // Its quotes are not escaped, so that it can't stand inside another string.
    const literal = `"${name}":${JSON.stringify(value)}`;
    const start = chunk.indexOf(literal);
    if (start < 0 || chunk.indexOf(literal, start + 1) >= 0) return null;
    const opening = start + name.length + 4;
    return new ChunkTemplate(chunk.slice(0, opening), chunk.slice(start + literal.length - 1));
  }

  /** The value in another chunk; null when that differs in anything else. */
  valueIn(chunk: string): string | null {
    const end = chunk.length - this.#after.length;
    if (end < this.#before.length || !chunk.startsWith(this.#before) || !chunk.endsWith(this.#after))
      return null;
    const inside = chunk.slice(this.#before.length, end);
    // Without escapes, quotes and control characters a literal says what it is.
    return plain.test(inside) ? inside : null;
  }
}

const plain = /^[^"\\\u0000-\u001f]*$/;

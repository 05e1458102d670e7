/** A text in parts of at most so many bytes of UTF-8, cut between characters; put together, they are the text. */
export function partsOf(text: string, bytes: number): string[] {
  const whole = Buffer.from(text);
  const parts: string[] = [];
  for (let start = 0, end = 0; end < whole.length || parts.length === 0; start = end) {
    end = Math.min(start + bytes, whole.length);
    while (end < whole.length && (whole[end]! & 0xc0) === 0x80) end -= 1;
    parts.push(whole.toString("utf8", start, end));
  }
  return parts;
}

/** A text that is one. Nobody has verified the line: anything may stand in its place. */
export const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** A text of at most so many characters, that says so when it was cut: Google cuts without a word what is too long. */
export function cut(text: string, characters = 512): string {
  return text.length <= characters ? text : `${[...text].slice(0, characters).join("")}…[truncated]`;
}

// Controls (ESC begins terminal commands), invisible and direction-changing characters, line separators, lone surrogates.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e" };

/**
 * Text as it can be shown: what could drive a terminal, hide or reorder text is written as a visible escape.
 * Everything that comes out of a log goes through here before a person sees it.
 *
 * @param except characters to leave as they are
 */
export function visible(text: string, except = ""): string {
  return text.replace(unsafe, (character) => {
    if (except.includes(character)) return character;
    return short[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}

/** JSON on one line, with the same characters written as JSON escapes: another spelling of the same value. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_none, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

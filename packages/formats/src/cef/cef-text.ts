/** What drives a terminal, ends a line somewhere, or hides and reorders text. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function visible(text: string, except = ""): string {
  return text.replace(unsafe, (character) =>
    except.includes(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** At most so many UTF-16 units. What was longer ends in `…`. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A field of the header. `\` and `|` are escaped; line ends cannot be, and are shown as `\u{a}`. */
export function headerText(text: string, most: number): string {
  return cut(visible(text), most).replace(/[\\|]/g, "\\$&");
}

/** A value of the extension. `\`, `=` and line ends are escaped; other unsafe characters are shown as `\u{1b}`. */
export function extensionText(text: string, most: number): string {
  return escaped(cut(visible(text, "\n\r"), most));
}

/** JSON, never cut: unsafe characters have their JSON escapes, another spelling of the same text. */
export function extensionJson(json: string): string {
  return escaped(json.replace(unsafe, jsonEscapes));
}

function jsonEscapes(character: string): string {
  let escapes = "";
  for (let index = 0; index < character.length; index += 1)
    escapes += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return escapes;
}

function escaped(value: string): string {
  return value.replace(/[\\=]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

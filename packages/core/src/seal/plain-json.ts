/**
 * The RFC 8785 (JCS) form of plain data, in one pass: of null, well-formed strings, finite numbers, booleans, and arrays
 * and objects of these. Null for everything else, of which `canonicalJson` knows what to say.
 *
 * Faster than the native writer for a few short members; for a whole request or answer, it is the other way round.
 */
export function plainJson(value: unknown): string | null {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return plainString(value);
    case "number":
      return Number.isFinite(value) ? `${value}` : null;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return Array.isArray(value) ? plainArray(value) : plainObject(value as Members);
    default:
      return null;
  }
}

type Members = { readonly [name: string]: unknown };

const notItself = /["\\\u0000-\u001f\ud800-\udfff]/;

/** @returns null for a string with a lone surrogate */
export function plainString(text: string): string | null {
  if (!notItself.test(text)) return `"${text}"`;
  return text.isWellFormed() ? JSON.stringify(text) : null;
}

function plainArray(items: readonly unknown[]): string | null {
  if (!isPlain(items, Array.prototype)) return null;
  let text = "[";
  for (let index = 0; index < items.length; index += 1) {
    const item = plainJson(items[index]);
    if (item === null) return null;
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function plainObject(members: Members): string | null {
  if (!isPlain(members, Object.prototype)) return null;
  let text = "{";
  for (const name of inOrder(Object.keys(members))) {
    const quoted = plainString(name);
    const member = plainJson(members[name]);
    if (quoted === null || member === null) return null;
    text += text === "{" ? `${quoted}:${member}` : `,${quoted}:${member}`;
  }
  return `${text}}`;
}

/** Compares UTF-16 code units, as RFC 8785 section 3.2.3 wants. Most are in order already, which is soon seen. */
function inOrder(names: string[]): string[] {
  for (let index = 1; index < names.length; index += 1) {
    if (names[index]! < names[index - 1]!) return names.sort();
  }
  return names;
}

/** Boxed values, dates and the like are something else in JSON than their members. */
function isPlain(value: object, prototype: object): boolean {
  return (
    Object.getPrototypeOf(value) === prototype && typeof (value as { toJSON?: unknown }).toJSON !== "function"
  );
}

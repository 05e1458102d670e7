/**
 * The RFC 8785 (JCS) form of a JSON value: the one sequence of bytes that seals and digests are made over. As with
 * `JSON.stringify`, members that are `undefined` are left out and `toJSON` is asked.
 *
 * @throws TypeError for what JSON cannot say (`undefined`, functions, lone surrogates, non-finite numbers)
 * @throws RangeError for cycles
 */
export function canonicalJson(value: unknown): string {
  const text = orderedJson(value);
  // RFC 8785 section 3.2.2.2 wants an error.
  if (hasLoneSurrogate(text)) throw new TypeError("This value has a lone surrogate.");
  return text;
}

/** The same of a value from the wire, where lone surrogates are allowed: each counts as U+FFFD. */
export function wellFormedJson(value: unknown): string {
  const text = orderedJson(value);
  return hasLoneSurrogate(text) ? orderedJson(wellFormed(value)) : text;
}

/** RFC 8785, but with lone surrogates as escapes. */
function orderedJson(value: unknown): string {
  // RFC 8785 took its strings and numbers from ECMAScript, so that nothing but the order of names can differ; and the
  // native writer takes half the time and memory of ours.
  return isInOrder(value) ? JSON.stringify(value) : inOrder(value);
}

/** @throws TypeError for what `JSON.stringify` would pass over in silence */
function isInOrder(value: unknown): boolean {
  if (value === null || typeof value !== "object") {
    refuseNoJson(value);
    return true;
  }
  if (asksToJson(value)) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (item !== undefined && !isInOrder(item)) return false;
    return true;
  }
  let previous = "";
  for (const name of Object.keys(value)) {
    const member = (value as Members)[name];
    if (name < previous || (member !== undefined && !isInOrder(member))) return false;
    previous = name;
  }
  return true;
}

function inOrder(value: unknown): string {
  if (value === null || typeof value !== "object") {
    refuseNoJson(value);
    return typeof value === "string" ? quoted(value) : `${value as number}`;
  }
  if (asksToJson(value)) return inOrder(value.toJSON());
  let text = "";
  let comma = "";
  if (Array.isArray(value)) {
    for (const item of value) {
      text += `${comma}${item === undefined ? "null" : inOrder(item)}`;
      comma = ",";
    }
    return `[${text}]`;
  }
  // Compares UTF-16 code units, as RFC 8785 section 3.2.3 wants.
  for (const name of Object.keys(value).sort()) {
    const member = (value as Members)[name];
    if (member === undefined) continue;
    text += `${comma}${quoted(name)}:${inOrder(member)}`;
    comma = ",";
  }
  return `{${text}}`;
}

type Members = { readonly [name: string]: unknown };

function refuseNoJson(value: unknown): void {
  if (typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value))
    return;
  const what = typeof value === "number" ? String(value) : `A value of type ${typeof value}`;
  throw new TypeError(`${what} has no JSON form.`);
}

function asksToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** @param json as this module or `JSON.stringify` writes it */
export function hasLoneSurrogate(json: string): boolean {
  return json.includes("\\ud") && escapedSurrogate.test(json);
}

// In canonical JSON nothing but a lone surrogate is ever escaped so; an even number of backslashes before it is text.
const escapedSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** A copy of a JSON value in which every lone surrogate is U+FFFD, as JCS requires and the wire does not. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return toWellFormed(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== "object") return value;
  // `__proto__` is an ordinary member name in JSON: assigning it would change the prototype instead.
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [toWellFormed(name), wellFormed(member)]),
  );
}

export function toWellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** Whether bytes are the JCS form of what they say: refuses duplicate members, spaces and other forms of one text. */
export function isCanonicalJson(bytes: Buffer): boolean {
  try {
    return bytes.equals(Buffer.from(canonicalJson(JSON.parse(bytes.toString()))));
  } catch {
    return false;
  }
}

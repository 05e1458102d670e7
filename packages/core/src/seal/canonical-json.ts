import canonicalize from "canonicalize";

/**
 * The RFC 8785 (JCS) form of a JSON value: the one sequence of bytes that seals and digests are made over.
 *
 * @throws TypeError for what JSON cannot say (`undefined`, lone surrogates, non-finite numbers, cycles).
 */
export function canonicalJson(value: unknown): string {
  refuseWhatIsNoJson(value);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This value has no JSON form.");
  // `canonicalize` writes them as escapes, and RFC 8785 section 3.2.2.2 wants an error.
  if (text.includes("\\ud") && escapedSurrogate.test(text))
    throw new TypeError("This value has a lone surrogate.");
  return text;
}

/** `canonicalize` writes a function as `undefined` and thereby makes text that nobody can parse. */
function refuseWhatIsNoJson(value: unknown): void {
  if (value === null || typeof value !== "object") {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
      throw new TypeError(`A ${typeof value} has no JSON form.`);
    return;
  }
  for (const member of Object.values(value)) refuseWhatIsNoJson(member);
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

type GivenHeaders = RequestInit["headers"];

/**
 * One header of those that a caller hands to fetch, in whatever form; null when there is none, and when they cannot be
 * read. A plain object is looked through as it is: `Headers` of all of them would cost more than the rest of the request.
 *
 * @param name in lower case
 */
export function headerIn(headers: GivenHeaders, name: string): string | null {
  if (!headers || typeof headers !== "object") return null;
  if (!isPlain(headers)) return headersOf(headers)?.get(name) ?? null;
  let found: string | null = null;
  for (const each of Object.keys(headers)) {
    if (each.length !== name.length || each.toLowerCase() !== name) continue;
    found = found === null ? String(headers[each]) : `${found}, ${headers[each]}`;
  }
  return found;
}

/** Null when they cannot be read: an iterator only once, and that is for fetch to do; and what is none of theirs not at all. */
export function headersOf(headers: GivenHeaders): Headers | null {
  try {
    if (headers && "next" in headers) return null;
    return headers instanceof Headers ? headers : new Headers(headers);
  } catch {
    return null;
  }
}

function isPlain(headers: NonNullable<GivenHeaders>): headers is Record<string, string> {
  const prototype = Object.getPrototypeOf(headers);
  return (prototype === Object.prototype || prototype === null) && !(Symbol.iterator in headers);
}

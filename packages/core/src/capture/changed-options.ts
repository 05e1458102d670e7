// What fetch looks at, where a `Request`, or another object with getters, stands in their place.
const names = [
  "method",
  "headers",
  "body",
  "duplex",
  "signal",
  "redirect",
  "credentials",
  "cache",
  "mode",
  "integrity",
  "keepalive",
  "referrer",
  "referrerPolicy",
  "priority",
  "window",
  "dispatcher",
] as const;

/** The same options of fetch with others in place of some. A copy of its own: getters may work on nothing but the original. */
export function changedOptions(init: RequestInit, changes: RequestInit): RequestInit {
  const given = init as Record<string, unknown>;
  const all: Record<string, unknown> = { ...changes };
  for (const name of [...names, ...Object.keys(given)]) {
    if (!(name in all) && given[name] !== undefined) all[name] = given[name];
  }
  return all;
}

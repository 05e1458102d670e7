import type { Fields } from "./json-fields.ts";

/**
 * The digested value of a request whose content is in several members: an object of exactly these, null for each that is
 * absent. Undefined when none is there: then the body has no such value.
 */
export function digestedMembers(body: Fields, names: readonly string[]): Fields | undefined {
  const members = names.map((name) => [name, body[name] ?? null] as const);
  return members.some(([, value]) => value !== null) ? Object.fromEntries(members) : undefined;
}

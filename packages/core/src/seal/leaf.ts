import { nothingMeasured } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft } from "../entry/entry.ts";
import { canonicalJson } from "./canonical-json.ts";
import { plainJson, plainString } from "./plain-json.ts";

/** Where a draft stands in a log. */
export type Place = Pick<AuditEntry, "log" | "seq" | "recorded_at">;

/** The JCS form of an entry without its seal. @throws what {@link canonicalJson} throws of an entry that has none */
export function leafOf(draft: EntryDraft, place: Place): string {
  return plainLeaf(draft, place) ?? canonicalJson({ ...draft, ...place });
}

const names = Object.keys(nothingMeasured);
const prefixes = names.map((name, index) => `${index === 0 ? "{" : ","}"${name}":`);
const nulls = prefixes.map((prefix) => `${prefix}null`);
const isOfPlace = names.map((name) => name === "log" || name === "seq" || name === "recorded_at");

/**
 * The same of what nearly every draft is: exactly the known members in canonical order, all of them plain. Null for any
 * other.
 */
function plainLeaf(draft: EntryDraft, place: Place): string | null {
  // That so many of its own are met before any it inherits.
  if (Object.keys(draft).length !== names.length) return null;
  let text = "";
  let index = 0;
  // Not over `names`: members are read much faster in the order in which the object has them.
  for (const name in draft) {
    if (name !== names[index]) return null;
    const value = isOfPlace[index] ? place[name as keyof Place] : draft[name as keyof EntryDraft];
    if (value === null) {
      text += nulls[index];
    } else {
      const member = typeof value === "string" ? plainString(value) : plainJson(value);
      if (member === null) return null;
      text += prefixes[index]! + member;
    }
    index += 1;
  }
  return `${text}}`;
}

import { identifierOf, type JsonObject } from "@openrouter-audit/core";

/** Who did something: the `user_id`, and who was behind it, as `sudo` says. */
export interface NamedPerson {
  readonly user_id?: string | null | undefined;
  readonly metadata?: JsonObject | null | undefined;
}

const unseen = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
const tag = /\+[^@]*(?=@)/;

/**
 * Whether two may be one person under two spellings: what differs in capitals, in how a letter is composed (Unicode NFKC), in spaces and
 * characters that nobody sees, or in what stands behind the `+` of an address. Who is called by another through `sudo_user` is that one,
 * too: anybody can set that variable, but nobody gains a second person by it.
 */
export function isSamePerson(one: NamedPerson, other: NamedPerson): boolean {
  const names = namesOf(one);
  return namesOf(other).some((name) => names.includes(name));
}

/** Whether a name is written in letters of several alphabets that look alike: it may be another's, and makes nobody a second person. */
export function isMixed({ user_id }: NamedPerson): boolean {
  const name = user_id ?? "";
  const alphabets = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
  return alphabets.filter((alphabet) => alphabet.test(name)).length > 1;
}

function namesOf({ user_id, metadata }: NamedPerson): string[] {
  const behind = metadata?.sudo_user;
  const names = [user_id ?? "system", ...(typeof behind === "string" ? [behind] : [])];
  return names.map((name) => plainName(identifierOf(name) ?? name));
}

function plainName(name: string): string {
  // Twice: `ß` and `ss` are one in capitals alone.
  return name.normalize("NFKC").toLowerCase().toUpperCase().replace(unseen, "").replace(tag, "");
}

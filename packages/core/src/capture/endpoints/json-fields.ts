import { boundedText } from "../../entry/bounded-text.ts";

/** A JSON object of unknown shape. */
export type Fields = { readonly [name: string]: unknown };

const none: Fields = Object.freeze(Object.create(null) as Fields);

/** The value as an object; an empty one when it is something else. */
export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : none;
}

/** The object that a text is as JSON; an empty one when it is something else. */
export function fieldsIn(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return none;
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function integerOf(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** The value as a text; an empty one when it is something else. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

// The same few models, providers and tools come in every call: looking for secrets in each name anew cost a call 10 µs.
const bounded = new Map<string, string | null>();
const most = { names: 1_000, length: 64 } as const;

/** A name from outside: bounded, secrets masked. */
export function nameOf(value: unknown): string | null {
  if (typeof value !== "string" || value.length > most.length) return boundedText(value, 256);
  const known = bounded.get(value);
  if (known !== undefined) return known;
  const name = boundedText(value, 256);
  if (bounded.size >= most.names) bounded.clear();
  bounded.set(value, name);
  return name;
}

/** A term of some provider's: one word. What is more than that may quote anything, the prompt too, and is null. */
export function termOf(value: unknown): string | null {
  return typeof value === "string" && /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,63}$/.test(value)
    ? nameOf(value)
    : null;
}

/** A word of a vocabulary that may grow: lower-case, short. What is written otherwise may be anybody's text, and is null. */
export function wordOf(value: unknown): string | null {
  return typeof value === "string" && /^[a-z0-9][a-z0-9_:-]{0,63}$/.test(value) ? nameOf(value) : null;
}

/** At most 128 names, in order. */
export function namesOf(values: readonly unknown[]): string[] {
  return values
    .slice(0, 128)
    .map(nameOf)
    .filter((name) => name !== null);
}

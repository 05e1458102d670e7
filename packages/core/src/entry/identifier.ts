import { createHash } from "node:crypto";
import { boundedText } from "./bounded-text.ts";

// Digits may look like the number of a card, and are none.
const plainId = /^(?:\d{1,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Whether a value can name somebody: a text that is not empty, or a number. */
export function isIdentifier(value: unknown): value is string | number | bigint {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "bigint" || (typeof value === "string" && value !== "");
}

/**
 * An id of a user, a tenant or a session as the entry keeps it; null when it names nobody. One that is longer than 256
 * characters or looks like a secret is replaced by its digest: masked or cut, two people would become one.
 */
export function identifierOf(value: unknown): string | null {
  if (!isIdentifier(value)) return null;
  const id = String(value);
  return plainId.test(id) || boundedText(id) === id ? id : pseudonymOf(id);
}

// Not keyed, so that whoever knows an id can look for it in a journal; what is masked is as a rule too long to guess.
function pseudonymOf(id: string): string {
  return `sha256:${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

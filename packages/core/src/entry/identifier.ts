import { createHash } from "node:crypto";
import { boundedText } from "./bounded-text.ts";

// Digits may look like the number of a card, and are none.
const plainId = /^(?:\d{1,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * An id of a user, a tenant or a session as the entry keeps it; null when it names nobody. One that is longer than 256
 * characters or looks like a secret is replaced by its digest: masked or cut, two people would become one.
 */
export function identifierOf(value: unknown): string | null {
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  const id = isNumber ? String(value) : value;
  if (typeof id !== "string" || id === "") return null;
  return plainId.test(id) || boundedText(id) === id ? id : pseudonymOf(id);
}

// Not keyed, so that whoever knows an id can look for it in a journal; what is masked is as a rule too long to guess.
function pseudonymOf(id: string): string {
  return `sha256:${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

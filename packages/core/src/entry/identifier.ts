import { boundedText } from "./bounded-text.ts";

// Digits may look like the number of a card; masked, they would be nobody.
const plainId = /^(?:\d{1,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** An id of a user, a tenant or a session as the entry keeps it: text of at most 256 characters; null when it names nobody. */
export function identifierOf(value: unknown): string | null {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value)))
    return String(value);
  return typeof value === "string" && plainId.test(value) ? value : boundedText(value);
}

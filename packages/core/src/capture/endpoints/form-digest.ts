import { valueDigest } from "../../privacy/digest.ts";

/**
 * What stands for a value (an image, an embedding, a search result) in the form a digest is made over: the SHA-256 of
 * its JCS form, in hexadecimal; null when it has none.
 */
export function formDigest(value: unknown): string | null {
  return valueDigest(value)?.toString("hex") ?? null;
}

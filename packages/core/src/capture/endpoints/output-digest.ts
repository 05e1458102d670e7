import { valueDigest } from "../../privacy/digest.ts";
import { textDigest } from "../../privacy/text-digest.ts";

/**
 * What stands for a piece of output in the form a digest is made over: of a text the SHA-256 of its UTF-8 bytes, of
 * anything else that of its JCS form; null when there is nothing.
 */
export function outputDigest(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? textDigest(value) : valueDigest(value);
}

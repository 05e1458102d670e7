import { randomInt } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A new id of the form OpenRouter's have been seen in: `gen-`, seconds since 1970, and twenty letters or digits. Some
 * endpoints put their kind after the `gen-`.
 */
export function newGenerationId(nowMs: number, kind?: "rerank" | "vid" | "batch"): string {
  const random = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `gen-${kind ? `${kind}-` : ""}${Math.floor(nowMs / 1000)}-${random}`;
}

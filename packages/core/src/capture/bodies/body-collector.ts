import { createHash } from "node:crypto";
import { formOf } from "./form-parts.ts";
import type { SentBody } from "./sent-body.ts";

// A longer body is only counted and digested: uploads must not be held in memory. JSON is read as far as that of answers is.
const mebibyte = 1024 * 1024;
const longestKept = { json: 64 * mebibyte, other: 16 * mebibyte } as const;

export function isForm(contentType: string | null): boolean {
  return contentType !== null && /^multipart\/form-data/i.test(contentType);
}

/** Takes note of a request's body as it passes. */
export class BodyCollector {
  readonly #contentType: string;
  readonly #hash = createHash("sha256");
  readonly #longest: number;
  #kept: Buffer[] | null;
  #bytes = 0;

  constructor(contentType: string | null) {
    this.#contentType = contentType ?? "";
    this.#longest = /json/i.test(this.#contentType) ? longestKept.json : longestKept.other;
    this.#kept = contentType === null || /json|text|multipart\/form-data/i.test(contentType) ? [] : null;
  }

  /** How much was seen, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get isTooLong(): boolean {
    return this.#bytes > this.#longest;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#hash.update(bytes);
    if (this.isTooLong) this.#kept = null;
    // Copied: a byte stream takes the buffer away when it passes it on, and the caller may reuse its own.
    this.#kept?.push(Buffer.from(bytes));
  }

  async end(): Promise<SentBody> {
    const digest = this.#hash.digest("hex");
    const kept = this.#kept && Buffer.concat(this.#kept);
    this.#kept = null;
    if (kept && isForm(this.#contentType)) {
      const form = await formOf(kept, this.#contentType);
      if (form) return form;
    }
    return { bytes: this.#bytes, sha256: () => digest, text: kept?.toString() ?? null, parts: null };
  }
}

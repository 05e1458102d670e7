import { hash } from "node:crypto";
import { wellFormedJson } from "../seal/canonical-json.ts";
import { KeyedHash } from "./keyed-hash.ts";
import { deriveKey } from "./secret.ts";

export type DigestField = "prompt" | "response";
export type DigestAlgorithm = "hmac" | "sha256";

const rememberedKeys = 1000;

/** Makes the digests of the entry. See docs/entry-format.md, "Digests". */
export class Digester {
  readonly #algorithm: DigestAlgorithm;
  readonly #master: Buffer;
  readonly #keyId: string;
  readonly #keys = { prompt: new Map<string, KeyedHash>(), response: new Map<string, KeyedHash>() };

  constructor(secret: string, algorithm: DigestAlgorithm = "hmac") {
    this.#algorithm = algorithm;
    this.#master = deriveKey(secret, "openrouter-audit/digest/v1");
    this.#keyId = deriveKey(secret, "openrouter-audit/digest-key-id/v1", 4).toString("hex");
  }

  /** @param content the SHA-256 of what is digested, as {@link sha256} gives it */
  digest(field: DigestField, tenantId: string | null, content: string): string {
    if (this.#algorithm === "sha256") return `sha256:${content}`;
    return `hmac-sha256:${this.#keyId}:${this.#key(field, tenantId ?? "").hex(content)}`;
  }

  #key(field: DigestField, tenant: string): KeyedHash {
    const keys = this.#keys[field];
    const known = keys.get(tenant);
    if (known) return known;
    // Tenants come and go; forgetting all of them now and then keeps this small and costs one derivation each.
    if (keys.size >= rememberedKeys) keys.clear();
    const key = new KeyedHash(deriveKey(this.#master, `openrouter-audit/digest/v1/${field}/${tenant}`));
    keys.set(tenant, key);
    return key;
  }
}

/** In hexadecimal: for a Buffer Node takes memory outside the heap, which costs more than hashing what is short. */
export function sha256(bytes: string | Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

// A limit of our own: without one, the stack that happens to be left would decide which bytes are digested.
const deepest = 1_000;

/** The SHA-256 of the JCS form of a value, in hexadecimal; null for what has none, or is nested deeper than 1,000. */
export function valueDigest(value: unknown): string | null {
  try {
    return isDeeper(value, deepest) ? null : sha256(wellFormedJson(value));
  } catch {
    return null;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return false;
  if (levels === 0) return true;
  for (const member of Object.values(value)) if (isDeeper(member, levels - 1)) return true;
  return false;
}

import { createHash, createHmac } from "node:crypto";
import { canonicalJson, wellFormed } from "../seal/canonical-json.ts";
import { deriveKey } from "./secret.ts";

export type DigestField = "prompt" | "response";
export type DigestAlgorithm = "hmac" | "sha256";

const rememberedKeys = 1000;

/** Makes the digests of the entry. See docs/entry-format.md, "Digests". */
export class Digester {
  readonly #algorithm: DigestAlgorithm;
  readonly #master: Buffer;
  readonly #keyId: string;
  readonly #keys = new Map<string, Buffer>();

  constructor(secret: string, algorithm: DigestAlgorithm = "hmac") {
    this.#algorithm = algorithm;
    this.#master = deriveKey(secret, "openrouter-audit/digest/v1");
    this.#keyId = deriveKey(secret, "openrouter-audit/digest-key-id/v1", 4).toString("hex");
  }

  digest(field: DigestField, tenantId: string | null, bytes: string | Uint8Array): string {
    if (this.#algorithm === "sha256") return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const hmac = createHmac("sha256", this.#key(`openrouter-audit/digest/v1/${field}/${tenantId ?? ""}`));
    return `hmac-sha256:${this.#keyId}:${hmac.update(bytes).digest("hex")}`;
  }

  #key(info: string): Buffer {
    const known = this.#keys.get(info);
    if (known) return known;
    // Tenants come and go; forgetting all of them now and then keeps this small and costs one derivation each.
    if (this.#keys.size >= rememberedKeys) this.#keys.clear();
    const key = deriveKey(this.#master, info);
    this.#keys.set(info, key);
    return key;
  }
}

/** The bytes a digest is made over: the JCS form, or, of what has none, the bytes as they were sent. */
export function digestInput<Raw>(value: unknown, raw: Raw): string | Raw {
  try {
    return digestedForm(value);
  } catch {
    return raw;
  }
}

// A limit of our own: without one, the stack that happens to be left would decide which bytes are digested.
const deepest = 1_000;

/** @throws TypeError for what has no JCS form, or is nested deeper than 1,000. */
function digestedForm(value: unknown): string {
  if (isTooDeep(value)) throw new TypeError(`This value is nested deeper than ${deepest}.`);
  try {
    return canonicalJson(wellFormed(value));
  } catch (cause) {
    throw new TypeError("This value has no JSON form.", { cause });
  }
}

/** Not by recursion: the deepest value must not be what ends it. */
function isTooDeep(value: unknown): boolean {
  const waiting = [{ value, depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (value === null || typeof value !== "object") continue;
    if (depth > deepest) return true;
    for (const member of Object.values(value)) waiting.push({ value: member, depth: depth + 1 });
  }
  return false;
}

export interface DigestPromptOptions {
  /** The audit secret. Not needed for `algorithm: "sha256"`. */
  readonly secret?: string;
  /** The entry's `tenant_id`. @default null */
  readonly tenantId?: string | null;
  /** @default "hmac" */
  readonly algorithm?: DigestAlgorithm;
}

/**
 * The `prompt_hash` of a chat completion, for somebody who has the text and the secret and wants to know whether
 * *this* was the prompt.
 *
 * @param prompt The `messages` array of the request, or a string for a single user message.
 * @throws TypeError when the algorithm is `hmac` and no secret is given, or the value has no JSON form.
 */
export function digestPrompt(prompt: string | readonly unknown[], options: DigestPromptOptions): string {
  const { secret, tenantId = null, algorithm = "hmac" } = options;
  if (algorithm === "hmac" && !secret) throw new TypeError("A keyed digest needs the audit secret.");
  const messages = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  return new Digester(secret ?? "", algorithm).digest("prompt", tenantId, digestedForm(messages));
}

import type { Endpoint } from "./capture/endpoints/endpoint.ts";
import { endpointNamed } from "./capture/endpoints/endpoints.ts";
import { fieldsOf } from "./capture/endpoints/json-fields.ts";
import { type DigestAlgorithm, Digester, sha256, valueDigest } from "./privacy/digest.ts";
import { checkedSecret } from "./privacy/secret.ts";

/** What {@link digestPrompt} and {@link digestResponse} have to know of the entry. */
export interface DigestOptions {
  /** The audit secret. Not needed for `algorithm: "sha256"`. */
  readonly secret?: string;
  /** The entry's `tenant_id`. @default null */
  readonly tenantId?: string | null;
  /** The entry's `event_type`. @default "chat_completion" */
  readonly eventType?: string;
  /** @default "hmac" */
  readonly algorithm?: DigestAlgorithm;
}

/**
 * The `prompt_hash` of a call, for somebody who has the text and the secret and wants to know whether *this* was the
 * prompt. See docs/entry-format.md, "Digests".
 *
 * @param prompt The body of the request; or what the digest is made over (of a chat completion the `messages`), or a
 * string for a single user message; or the raw bytes of a body that has no such form.
 * @throws TypeError when the algorithm is `hmac` and no secret is given, when entries of this type have no digests, or
 * when the value has no JSON form
 * @throws AuditError `SECRET_TOO_SHORT`, `INVALID_OPTIONS` when the secret is none, or is quoted or padded
 */
export function digestPrompt(
  prompt: string | readonly unknown[] | object | Uint8Array,
  options: DigestOptions,
): string {
  const { describeRequest } = digested(options);
  if (prompt instanceof Uint8Array) return digest("prompt", sha256(prompt), options);
  const isChat = (options.eventType ?? "chat_completion") === "chat_completion";
  const value = isChat && typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  const isBody = typeof value === "object" && !Array.isArray(value);
  return digest("prompt", valueDigest(isBody ? describeRequest(fieldsOf(value)).prompt : value), options);
}

/**
 * The `response_hash` of a call, for somebody who has the answer and the secret.
 *
 * @param response The body of the answer, or of a streamed answer the same unstreamed; the text of a chat completion, or
 * of a completion, that was nothing but that; or the raw bytes of an answer that is no JSON.
 * @throws TypeError as {@link digestPrompt}, and when the body is no answer of this endpoint
 */
export function digestResponse(response: string | object | Uint8Array, options: DigestOptions): string {
  const endpoint = digested(options);
  if (response instanceof Uint8Array) return digest("response", sha256(response), options);
  const reader = endpoint.readAnswer();
  const choice = { message: { content: response }, text: response };
  reader.json(typeof response === "string" ? { choices: [choice] } : response);
  const { response: output } = reader.describe();
  if (output === undefined) throw new TypeError(`This is no answer of the endpoint "${endpoint.eventType}".`);
  return digest("response", valueDigest(output), options);
}

function digested({ eventType = "chat_completion" }: DigestOptions): Endpoint & {
  describeRequest: NonNullable<Endpoint["describeRequest"]>;
} {
  const endpoint = endpointNamed(eventType);
  if (!endpoint?.describeRequest) throw new TypeError(`Entries of type "${eventType}" have no digests.`);
  return { ...endpoint, describeRequest: endpoint.describeRequest };
}

function digest(field: "prompt" | "response", content: string | null, options: DigestOptions): string {
  const { secret, tenantId = null, algorithm = "hmac" } = options;
  if (algorithm === "hmac" && !secret) throw new TypeError("A keyed digest needs the audit secret.");
  // A line end at its end makes another secret, and a digest that denies what was said.
  if (algorithm === "hmac") checkedSecret(secret!, "the options");
  if (!content) throw new TypeError("This value has no JSON form.");
  return new Digester(secret ?? "", algorithm).digest(field, tenantId, content);
}

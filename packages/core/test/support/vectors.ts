import { fileURLToPath } from "node:url";
import type { Json } from "./second-implementation.ts";

/** Where the repository's test vectors are. */
export const vectors = fileURLToPath(new URL("../../../../test/vectors", import.meta.url));

/** A digest of test/vectors/digests.json; `secret` is null for the plain form. */
export interface DigestVector {
  readonly title: string;
  readonly secret: string;
  readonly tenant: string | null;
  readonly field: "prompt" | "response";
  /** Of a prompt. */
  readonly messages: [first: { readonly content: string }, ...Json[]];
  /** Of a response: the body, or the chunks of a stream. */
  readonly bodies: Json[];
  /** What the digest is made over. */
  readonly bytes: string;
  readonly digest: string;
}

export interface DigestVectors {
  readonly prompts: readonly [
    own: DigestVector,
    tenant: DigestVector,
    secret: DigestVector,
    ...others: DigestVector[],
  ];
  readonly responses: readonly DigestVector[];
  readonly raw: readonly DigestVector[];
}

/** A secret of test/vectors/keys.json and what is derived from it. */
export interface KeyVector {
  readonly secret: string;
  readonly name: string;
  readonly public_key: string;
  readonly digest_key_id: string;
}

interface EndpointVector {
  readonly title: string;
  readonly event_type: string;
  readonly secret: string;
  readonly tenant: string | null;
  /** What the digest is made over. */
  readonly bytes: string;
  readonly digest: string;
}

type JsonObject = { [name: string]: Json };

/** The digests of test/vectors/endpoint-digests.json. */
export interface EndpointDigestVectors {
  readonly prompts: readonly (EndpointVector & { readonly request: JsonObject })[];
  readonly forms: readonly (EndpointVector & {
    readonly content_type: string;
    readonly body: string;
    readonly parts: Json[];
  })[];
  /** Those of one endpoint with the same `same` are one answer. */
  readonly responses: readonly (EndpointVector & { readonly same?: string } & (
      | { readonly whole: JsonObject }
      | { readonly events: Json[] }
    ))[];
  /** Answers that have no form: the digest is made over `body`. */
  readonly bodies: readonly (EndpointVector & { readonly body: string })[];
}

import { valueDigest } from "../privacy/digest.ts";
import type { SentBody } from "./bodies/sent-body.ts";
import type { Endpoint, RequestDescription } from "./endpoints/endpoint.ts";
import { type Fields, fieldsOf } from "./endpoints/json-fields.ts";

/** What is kept of a request once its body was read. */
export interface DescribedRequest {
  readonly bytes: number | null;
  /** Null when nothing of the endpoint's bodies is kept, or when the body is not what the endpoint takes. */
  readonly said: Omit<RequestDescription, "prompt" | "opening"> | null;
  /** SHA-256 of what the prompt digest is made over, in hexadecimal. */
  readonly prompt: string | null;
  /** Names the conversation when tools are part of it. */
  readonly opening: string | null;
  /** What an attempt has in common with one that repeats it. Only made when there is one. */
  readonly fingerprint: () => string;
}

export const undescribed: DescribedRequest = {
  bytes: null,
  said: null,
  prompt: null,
  opening: null,
  fingerprint: () => "",
};

/** Describes a request in the words of its endpoint, and lets go of its body. */
export function describeRequest(endpoint: Endpoint, body: SentBody | null): DescribedRequest {
  if (!body) return undescribed;
  const { bytes } = body;
  const fields = endpoint.describeRequest && fieldsIn(body);
  if (!endpoint.describeRequest || !fields) {
    const digest = body.sha256();
    const prompt = endpoint.describeRequest && digest;
    return { ...undescribed, bytes, prompt, fingerprint: () => digest };
  }
  const { prompt: digested, opening, ...said } = endpoint.describeRequest(fields);
  // Of a form its parts, whatever fields it has: they tell of its files too.
  const hasValue = digested !== undefined && !body.parts;
  const prompt = (hasValue ? valueDigest(digested) : null) ?? body.sha256();
  return {
    bytes,
    said,
    prompt,
    opening: said.tools_offered.length + said.answered_calls.length > 0 ? openingOf(opening) : null,
    // Not of the body, which would be held on to for as long as the model answers.
    fingerprint: () => JSON.stringify([bytes, prompt, said]),
  };
}

/** Null for a body that is neither JSON nor a form: only its size and its digest are kept. */
function fieldsIn({ text, parts }: SentBody): Fields | null {
  if (parts) {
    // As in an HTML form, the first of several fields with one name counts.
    const fields = parts.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value]);
    return Object.fromEntries(fields.reverse());
  }
  try {
    return text === null ? null : fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function openingOf(opening: unknown): string | null {
  return opening === undefined ? null : valueDigest(opening);
}

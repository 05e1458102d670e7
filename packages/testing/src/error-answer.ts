import {
  type CustomError,
  type ErrorName,
  type ErrorSpecification,
  errorCatalogue,
  errorName,
} from "./error-catalogue.ts";
import { errorMetadata } from "./error-metadata.ts";
import { modelAvailability } from "./model-availability.ts";

/** What an error's body tells about the request that caused it. */
export interface ErrorContext {
  /** @default "openai/gpt-5-mini" */
  readonly model?: string;
  /** @default "OpenAI" */
  readonly provider?: string;
  /** Moderation quotes at most a hundred characters of it. @default empty */
  readonly prompt?: string;
  /** What ruled the endpoints out, for `privacy_restricted`. @default "data_policy:zdr" */
  readonly excludedBy?: string;
}

/** The `error` object of OpenRouter's envelope. `code` equals the HTTP status. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly availability?: Readonly<Record<string, unknown>>;
}

/** One error as it goes over the wire. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error: ErrorObject;
    readonly user_id?: string;
    readonly openrouter_metadata?: unknown;
  };
  /** Whether a generation id and, when asked for, router metadata belong to the answer. */
  readonly routed: boolean;
}

/** The account that the server pretends to belong to, as error bodies and records name it. */
export const accountId = "user_2fakeAccountForTests0000000";

const authenticating: readonly ErrorName[] = ["missing_authentication", "unknown_key"];

/** Builds the documented answer for an error: status, `Retry-After` and `X-RateLimit-*` headers, envelope with metadata. */
export function errorAnswer(specification: ErrorSpecification, context: ErrorContext = {}): ErrorAnswer {
  const name = errorName(specification);
  const custom: Partial<CustomError> = typeof specification === "object" ? specification : {};
  const { status, message, routed } = errorCatalogue[name];
  const {
    model = "openai/gpt-5-mini",
    provider = "OpenAI",
    prompt = "",
    excludedBy = "data_policy:zdr",
  } = context;
  const availability = modelAvailability(name, { model, excludedBy });

  const error: ErrorObject = {
    code: status,
    message: custom.message ?? message,
    metadata: { ...errorMetadata(name, { model, provider, prompt }), ...custom.metadata },
    ...(availability && { availability }),
  };
  const body = authenticating.includes(name) ? { error } : { error, user_id: accountId };
  return { status, headers: errorHeaders(name, custom), body, routed };
}

function errorHeaders(name: ErrorName, custom: Partial<CustomError>): Record<string, string> {
  const { status } = errorCatalogue[name];
  const usual = status === 429 || status === 503 ? 1 : null;
  const retryAfter = custom.retryAfterSeconds === undefined ? usual : custom.retryAfterSeconds;
  const headers: Record<string, string> = {};
  if (retryAfter !== null) headers["Retry-After"] = String(retryAfter);

  // A provider's own limit is passed on without these: they describe OpenRouter's limits only.
  if (name === "rate_limited") {
    headers["X-RateLimit-Limit"] = "20";
    headers["X-RateLimit-Remaining"] = "0";
    headers["X-RateLimit-Reset"] = String(Date.now() + (retryAfter ?? 1) * 1000);
  }
  return headers;
}

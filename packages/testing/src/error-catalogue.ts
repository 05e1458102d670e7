/** One documented way for OpenRouter to refuse or to fail. */
export interface CataloguedError {
  readonly status: number;
  readonly message: string;
  /** `error.metadata.error_type`: OpenRouter's stable vocabulary. */
  readonly type: string;
  /** Whether the request had reached the router: only then are there a generation id and router metadata. */
  readonly routed: boolean;
}

const entry = (status: number, type: string, message: string, routed = false): CataloguedError => ({
  status,
  type,
  message,
  routed,
});

/** Every error the server can give, by name. `bad_gateway` and the like are statuses; the others say which of several. */
export const errorCatalogue = {
  bad_request: entry(400, "invalid_request", "Invalid request parameters"),
  invalid_model: entry(400, "invalid_request", "The model is not a valid model ID"),
  context_length: entry(
    400,
    "context_length_exceeded",
    "This endpoint's maximum context length was exceeded",
    true,
  ),
  missing_authentication: entry(401, "authentication", "Missing Authentication header"),
  unknown_key: entry(401, "authentication", "User not found."),
  insufficient_credits: entry(
    402,
    "payment_required",
    "Insufficient credits. Add more using https://openrouter.ai/credits",
  ),
  permission_denied: entry(403, "permission_denied", "You are not allowed to do this"),
  management_key_required: entry(403, "permission_denied", "Only management keys can perform this operation"),
  moderation: entry(403, "content_policy_violation", "Your input was flagged", true),
  guardrail: entry(403, "permission_denied", "Request blocked: prompt injection patterns detected", true),
  not_found: entry(404, "not_found", "Not Found"),
  model_not_found: entry(404, "not_found", "No such model", true),
  no_endpoints: entry(404, "not_found", "No endpoints found for this model", true),
  privacy_restricted: entry(404, "not_found", "No endpoints found matching your data policy", true),
  request_timeout: entry(408, "timeout", "Request timed out"),
  conflict: entry(409, "precondition_failed", "The resource is not in the state this needs"),
  payload_too_large: entry(413, "payload_too_large", "Request payload is too large"),
  unprocessable: entry(422, "unprocessable", "The request could not be processed", true),
  rate_limited: entry(429, "rate_limit_exceeded", "Rate limit exceeded: free-models-per-min"),
  provider_rate_limited: entry(429, "rate_limit_exceeded", "Provider returned error", true),
  internal: entry(500, "server", "Internal Server Error", true),
  bad_gateway: entry(502, "provider_unavailable", "Provider returned error", true),
  no_provider: entry(
    503,
    "provider_overloaded",
    "No available model provider meets your routing requirements",
    true,
  ),
  gateway_timeout: entry(504, "timeout", "The provider did not answer in time", true),
  edge_timeout: entry(524, "timeout", "Request timed out at the edge network"),
  provider_overloaded: entry(529, "provider_overloaded", "Provider returned error", true),
} as const satisfies Record<string, CataloguedError>;

/** The name of an error in the catalogue. */
export type ErrorName = keyof typeof errorCatalogue;

const nameByStatus = {
  400: "bad_request",
  401: "unknown_key",
  402: "insufficient_credits",
  403: "moderation",
  404: "model_not_found",
  408: "request_timeout",
  409: "conflict",
  413: "payload_too_large",
  422: "unprocessable",
  429: "rate_limited",
  500: "internal",
  502: "bad_gateway",
  503: "no_provider",
  504: "gateway_timeout",
  524: "edge_timeout",
  529: "provider_overloaded",
} as const satisfies Record<number, ErrorName>;

/** A status that names its most usual error. */
export type ErrorStatus = keyof typeof nameByStatus;

/** A catalogued error with some of its parts replaced. */
export interface CustomError {
  readonly name: ErrorName | ErrorStatus;
  readonly message?: string;
  /** Merged over the catalogue's `error.metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Sent as `Retry-After`, in seconds; `null` leaves the header out. @default 1 for 429 and 503 */
  readonly retryAfterSeconds?: number | null;
}

/** Which error: its name, a status, or either of them with parts replaced. */
export type ErrorSpecification = ErrorName | ErrorStatus | CustomError;

/** The name that a specification means. */
export function errorName(specification: ErrorSpecification): ErrorName {
  const name = typeof specification === "object" ? specification.name : specification;
  return typeof name === "number" ? nameByStatus[name] : name;
}

/** Whether a value is one of those. */
export function isErrorSpecification(value: unknown): value is ErrorSpecification {
  const name = typeof value === "object" && value !== null ? (value as CustomError).name : value;
  return typeof name === "number"
    ? Object.hasOwn(nameByStatus, name)
    : typeof name === "string" && Object.hasOwn(errorCatalogue, name);
}

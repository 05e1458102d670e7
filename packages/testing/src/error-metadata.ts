import { type ErrorName, errorCatalogue } from "./error-catalogue.ts";

interface Cause {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
}

/** The `error.metadata` of a catalogued error. */
export function errorMetadata(name: ErrorName, cause: Cause): Record<string, unknown> {
  const error_type = errorCatalogue[name].type;
  switch (name) {
    case "moderation":
      return {
        error_type,
        reasons: ["violence"],
        flagged_input: shortened(cause.prompt),
        provider_name: cause.provider,
        model_slug: cause.model,
      };
    case "guardrail":
      return { error_type, patterns: ["ignore all previous instructions"] };
    case "provider_rate_limited":
      return fromProvider(error_type, cause, 429, "rate_limited", "Too many requests");
    case "bad_gateway":
      return fromProvider(error_type, cause, 502, "bad_response", "upstream connect error");
    case "provider_overloaded":
      return fromProvider(error_type, cause, 529, "overloaded", "Overloaded");
    default:
      return { error_type };
  }
}

function fromProvider(error_type: string, cause: Cause, status: number, code: string, message: string) {
  return {
    error_type,
    provider_name: cause.provider,
    provider_code: code,
    raw: JSON.stringify({ error: { message, code } }),
    is_byok: false,
    previous_errors: [{ provider: cause.provider, code, status }],
  };
}

function shortened(prompt: string): string {
  return prompt.length <= 100 ? prompt : `${prompt.slice(0, 48)}...${prompt.slice(-49)}`;
}

import type { ErrorName } from "./error-catalogue.ts";

interface Routing {
  readonly model: string;
  readonly excludedBy: string;
}

/** The `error.availability` object of errors about a model that cannot be had, else `undefined`. */
export function modelAvailability(name: ErrorName, routing: Routing): Record<string, unknown> | undefined {
  const about = {
    requested_models: [routing.model],
    docs_url: "https://openrouter.ai/docs/api_reference/errors-and-debugging",
  };
  switch (name) {
    case "model_not_found":
      return { code: "model_not_found", retryable: false, ...about };
    case "no_endpoints":
      return { code: "no_endpoints", retryable: false, ...about };
    case "privacy_restricted":
      return {
        code: availabilityCode(routing.excludedBy),
        retryable: false,
        excluded_by: routing.excludedBy,
        ...about,
      };
    case "no_provider":
      return { code: "temporarily_unavailable", retryable: true, retry_after: 1, ...about };
    default:
      return undefined;
  }
}

function availabilityCode(excludedBy: string): string {
  return excludedBy.startsWith("data_policy:") ? "privacy_restricted" : "constraint_filtered";
}

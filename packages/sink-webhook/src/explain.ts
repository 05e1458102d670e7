import { networkFailureOf } from "@openrouter-audit/core/sink";

/** Why there is no answer, and what to do. What a fetch that was given says is left to the cause: it may hold a secret. */
export function explain(error: unknown): string {
  const failure = networkFailureOf(error);
  if (!failure) return "it could not be asked. See the cause of this error.";
  return `${failure.happened} (${failure.code}). ${failure.todo}.`;
}

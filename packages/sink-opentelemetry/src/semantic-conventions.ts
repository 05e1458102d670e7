import type { AuditEntry } from "@openrouter-audit/core";
import type { Attributes, AttributeValue } from "@opentelemetry/api";

/** Versions of the GenAI semantic conventions whose names are known. */
export const versions = ["1.37", "1.45"] as const;

/**
 * A version of https://opentelemetry.io/docs/specs/semconv/gen-ai/. 1.37 is the first without the names that are dead now
 * (`gen_ai.system`, `gen_ai.usage.prompt_tokens`); 1.45 is the last before the conventions moved to a repository of their own.
 */
export type SemanticConventions = (typeof versions)[number];

type Read = (entry: AuditEntry) => AttributeValue | null | undefined;

/** Every attribute of the conventions, the version that it came with, and what it is of an entry. */
const table: readonly (readonly [name: string, since: SemanticConventions, read: Read])[] = [
  ["gen_ai.operation.name", "1.37", (entry) => operations[entry.event_type]],
  ["gen_ai.provider.name", "1.37", () => "openrouter"],
  ["gen_ai.output.type", "1.37", (entry) => outputType(entry)],
  ["gen_ai.conversation.id", "1.37", (entry) => entry.session_id],
  ["gen_ai.request.model", "1.37", (entry) => entry.model],
  ["gen_ai.request.stream", "1.45", (entry) => entry.stream],
  ["gen_ai.request.choice.count", "1.37", ({ parameters }) => (parameters?.n === 1 ? null : parameters?.n)],
  ["gen_ai.request.max_tokens", "1.37", ({ parameters }) => mostTokens(parameters)],
  ["gen_ai.request.temperature", "1.37", ({ parameters }) => parameters?.temperature],
  ["gen_ai.request.top_p", "1.37", ({ parameters }) => parameters?.top_p],
  ["gen_ai.request.top_k", "1.37", ({ parameters }) => parameters?.top_k],
  ["gen_ai.request.frequency_penalty", "1.37", ({ parameters }) => parameters?.frequency_penalty],
  ["gen_ai.request.presence_penalty", "1.37", ({ parameters }) => parameters?.presence_penalty],
  ["gen_ai.request.seed", "1.37", ({ parameters }) => parameters?.seed],
  ["gen_ai.request.encoding_formats", "1.37", ({ parameters }) => list(parameters?.encoding_format)],
  ["gen_ai.embeddings.dimension.count", "1.45", ({ parameters }) => parameters?.dimensions],
  ["gen_ai.response.id", "1.37", (entry) => entry.generation_id],
  ["gen_ai.response.model", "1.37", (entry) => entry.model_served],
  ["gen_ai.response.finish_reasons", "1.37", (entry) => list(entry.finish_reason)],
  ["gen_ai.response.time_to_first_chunk", "1.45", (entry) => seconds(entry.time_to_first_token_ms)],
  ["gen_ai.usage.input_tokens", "1.37", (entry) => inputTokens(entry)],
  ["gen_ai.usage.output_tokens", "1.37", (entry) => entry.completion_tokens],
  ["gen_ai.usage.cache_read.input_tokens", "1.45", (entry) => entry.cached_tokens],
  ["gen_ai.usage.cache_creation.input_tokens", "1.45", (entry) => entry.cache_write_tokens],
  ["gen_ai.usage.reasoning.output_tokens", "1.45", (entry) => entry.reasoning_tokens],
  ["error.type", "1.37", (entry) => entry.error_type],
];

/** `gen_ai.operation.name` by the type of an entry. The conventions have no word for `rerank` and `transcription`. */
const operations: Readonly<Record<string, string>> = {
  chat_completion: "chat",
  response: "chat",
  message: "chat",
  completion: "text_completion",
  embedding: "embeddings",
  image: "generate_content",
  speech: "generate_content",
  video: "generate_content",
  rerank: "rerank",
  transcription: "transcription",
};

/** Whether an entry is of one exchange with a model: all else has no attributes of the conventions, and is not counted. */
export function isOperation({ event_type }: AuditEntry): boolean {
  return Object.hasOwn(operations, event_type);
}

/** The attributes of an entry in a version of the conventions; none when it is not of an operation. */
export function genAiAttributes(entry: AuditEntry, version: SemanticConventions): Attributes {
  if (!isOperation(entry)) return {};
  const attributes: Attributes = {};
  for (const [name, since, read] of table) {
    const value = since <= version ? read(entry) : null;
    if (value !== null && value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** The event that the conventions have for an inference; none for other entries. */
export function genAiEvent({ event_type }: AuditEntry): string | undefined {
  const isInference = ["chat", "text_completion", "generate_content"].includes(operations[event_type] ?? "");
  return isInference ? "gen_ai.client.inference.operation.details" : undefined;
}

/** Where the names are defined. */
export const schemaUrl = (version: SemanticConventions) => `https://opentelemetry.io/schemas/${version}.0`;

/** With what was read from a cache and written to it, which a `message` counts beside its `prompt_tokens`. */
function inputTokens(entry: AuditEntry): number | null {
  if (entry.prompt_tokens === null || entry.event_type !== "message") return entry.prompt_tokens;
  return entry.prompt_tokens + (entry.cached_tokens ?? 0) + (entry.cache_write_tokens ?? 0);
}

function mostTokens(parameters: AuditEntry["parameters"]) {
  return parameters?.max_tokens ?? parameters?.max_completion_tokens ?? parameters?.max_output_tokens;
}

function outputType({ event_type, parameters }: AuditEntry): string | null {
  if (event_type === "image" || event_type === "speech") return event_type;
  const format = parameters?.response_format;
  return typeof format === "string" ? (/^(json|text)/.exec(format)?.[0] ?? null) : null;
}

const seconds = (ms: number | null | undefined) => (typeof ms === "number" ? ms / 1000 : null);
const list = (value: unknown) => (typeof value === "string" ? [value] : null);

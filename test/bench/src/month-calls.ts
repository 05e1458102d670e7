import type { EntryDraft } from "../../../packages/core/dist/entry/entry.js";
import type { Random } from "./random.ts";

export const monthUsers = 2_000;
export const monthModels = [
  ["openai/gpt-5-mini", "OpenAI", 0.25e-6, 2e-6],
  ["openai/gpt-5", "OpenAI", 1.25e-6, 1e-5],
  ["anthropic/claude-sonnet-4.5", "Anthropic", 3e-6, 1.5e-5],
  ["anthropic/claude-haiku-4.5", "Google", 1e-6, 5e-6],
  ["google/gemini-2.5-flash", "Google", 0.3e-6, 2.5e-6],
  ["mistralai/mistral-large", "Mistral", 2e-6, 6e-6],
  ["deepseek/deepseek-chat", "DeepSeek", 0.28e-6, 0.42e-6],
  ["qwen/qwen3-32b", "DeepInfra", 0.1e-6, 0.3e-6],
] as const;
const features = ["chat", "code_review", "search", "summaries", null] as const;
const failures = [
  [429, "rate_limit_exceeded", "error"],
  [502, "provider_unavailable", "error"],
  [400, "context_length_exceeded", "error"],
  [402, "payment_required", "error"],
  [null, "AbortError", "aborted"],
  [null, "ECONNRESET", "error"],
] as const;
const eventTypes: readonly (readonly [type: string, weight: number])[] = [
  ["chat_completion", 870],
  ["embedding", 45],
  ["message", 40],
  ["response", 20],
  ["management", 6],
  ["catalogue", 5],
  ["call_refused", 4],
  ["rerank", 3],
  ["answer.approved", 3],
  ["unknown_endpoint", 2],
  ["speech", 1],
  ["file", 1],
];

/** What is known of one exchange that was made at a time. What is alike between months of one seed is the same. */
export function drawCall(random: Random, nothing: object, time: number): EntryDraft {
  const type = random.weighted(eventTypes);
  const user = `user-${Math.floor(monthUsers * random.next() ** 3)}`;
  const isKnown = random.next() < 0.97;
  const base = {
    ...nothing,
    schema_version: 1,
    id: random.uuid(time),
    event_type: type,
    timestamp: new Date(time).toISOString(),
    user_id: isKnown ? user : null,
    attribution: isKnown
      ? { how: "authenticated", source: "req.user.id" }
      : { how: random.of(["anonymous", "no_context"]), source: null },
    tenant_id: `tenant-${user.length % 3}`,
    service: { name: "shop", version: "3.1.0", instance: "vm-1/812" },
    status: "success",
    metadata: metadataOf(random.of(features)),
  } as unknown as EntryDraft;
  if (type.includes(".")) return base;
  const exchange = { exchange_id: random.uuid(time), call_id: random.uuid(time), turn: 1, attempt: 1 };
  if (type === "call_refused")
    return { ...base, ...exchange, status: "error", error_type: "refused_by_policy" };
  const sent = { ...base, ...exchange, method: "POST", endpoint: `/api/v1/${type}`, http_status: 200 };
  const latency_ms = Math.round(400_000 * (0.3 + random.next() ** 4 * 20)) / 1000;
  if (type === "management" || type === "catalogue" || type === "file" || type === "unknown_endpoint")
    return { ...sent, latency_ms, response_complete: true } as EntryDraft;
  return { ...sent, ...answerOf(random, type, latency_ms) } as unknown as EntryDraft;
}

function metadataOf(feature: string | null) {
  return feature === null ? {} : { feature };
}

function answerOf(random: Random, event_type: string, latency_ms: number) {
  const [model, provider, promptPrice, completionPrice] = random.of(monthModels);
  const prompt_tokens = 20 + Math.floor(3_000 * random.next() ** 2);
  const completion_tokens = event_type === "embedding" ? 0 : Math.floor(900 * random.next());
  const stream = event_type === "chat_completion" && random.next() < 0.5;
  const asked = {
    model,
    stream,
    parameters: { temperature: 0.7 },
    tools: { called: [], offered: [] },
    policy: policyOf(random),
    prompt_hash: `hmac-sha256:1ac0bd8f:${random.hex(64)}`,
    request_bytes: prompt_tokens * 4,
  };
  if (random.next() < 0.03) {
    const [code, error_type, status] = random.of(failures);
    const complete = { error_code: code, http_status: code ?? 200, response_complete: code !== null };
    return { ...asked, ...complete, status, error_type, latency_ms };
  }
  const cost = Number((prompt_tokens * promptPrice + completion_tokens * completionPrice).toPrecision(12));
  const counted = {
    prompt_tokens,
    completion_tokens,
    cached_tokens: Math.floor(prompt_tokens * random.next() ** 6),
  };
  return {
    ...asked,
    ...counted,
    total_tokens: event_type === "message" ? null : prompt_tokens + completion_tokens,
    cost_usd: event_type === "speech" ? null : cost,
    upstream_cost_usd: cost,
    is_byok: random.next() < 0.05,
    model_served: model,
    provider,
    generation_id: `gen-1790000000-${random.hex(20)}`,
    finish_reason: "stop",
    refused: random.next() < 0.002,
    response_hash: `hmac-sha256:1ac0bd8f:${random.hex(64)}`,
    response_bytes: completion_tokens * 5,
    response_complete: true,
    latency_ms,
    time_to_first_token_ms: stream ? Math.round(latency_ms * 200 * (0.5 + random.next())) / 1000 : null,
  };
}

function policyOf(random: Random) {
  if (random.next() < 0.2) return null;
  return {
    ...Object.fromEntries(policyMembers.map((name) => [name, null])),
    zdr: random.next() < 0.9,
    data_collection: random.next() < 0.5 ? "deny" : null,
  };
}

const policyMembers = [
  "allow_fallbacks",
  "data_collection",
  "enforce_distillable_text",
  "fallback_models",
  "max_price",
  "plugins",
  "plugins_off",
  "preset",
  "provider_ignore",
  "provider_only",
  "provider_order",
  "quantizations",
  "require_parameters",
  "sort",
  "zdr",
];

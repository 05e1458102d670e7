import { randomUUID } from "node:crypto";
import type { JsonObject } from "@openrouter-audit/core";
import { draftEntry } from "@openrouter-audit/core/seal";

/** An entry before it is sealed, of this version or another. */
export type SampleDraft = { readonly id: string } & { readonly [member: string]: unknown };

export const service = { name: "sink-contract", version: "1.2.3", instance: "host/4711" };

/** An event of an application's own, with this metadata. */
export function sampleEvent(metadata: JsonObject = {}): SampleDraft {
  return draftEntry({
    event_type: "answer.approved",
    timestamp: new Date().toISOString(),
    service,
    status: "success",
    user_id: "ada",
    attribution: { how: "authenticated", source: "context" },
    metadata,
  });
}

export function sampleEvents(count: number): SampleDraft[] {
  return Array.from({ length: count }, (_, index) => sampleEvent({ index }));
}

/** The same, larger by so many bytes than with 0. */
export function paddedBy(bytes: number, draft: SampleDraft): SampleDraft {
  return { ...draft, metadata: { padding: "x".repeat(Math.max(0, bytes)) } };
}

/** A call of which everything was measured. */
export function fullSample(): SampleDraft {
  return {
    ...sampleEvent({ nested: { list: [1, "two", null, true, { deep: [] }], empty: {} } }),
    event_type: "chat_completion",
    claimed_user: "user_2",
    tenant_id: "acme",
    session_id: "s-1",
    request: {
      id: "req-1",
      method: "POST",
      route: "/chat/:id",
      ip: "2001:db8::1",
      user_agent: "curl/8.5.0",
      trace_id: "0af7651916cd43dd8448eb211c80319c",
    },
    exchange_id: randomUUID(),
    call_id: randomUUID(),
    turn: 1,
    attempt: 2,
    method: "POST",
    endpoint: "/api/v1/chat/completions",
    stream: true,
    model: "openai/gpt-5-mini",
    model_served: "openai/gpt-5-mini-2025-08-07",
    provider: "OpenAI",
    generation_id: "gen-1732500000-abcdefghijklmnop",
    finish_reason: "stop",
    native_finish_reason: "completed",
    refused: false,
    parameters: { temperature: 0.7, max_tokens: 256, seed: Number.MAX_SAFE_INTEGER, stop: "\n\n" },
    policy: {
      zdr: true,
      data_collection: "deny",
      allow_fallbacks: false,
      enforce_distillable_text: null,
      require_parameters: true,
      provider_order: ["OpenAI", "Azure"],
      provider_only: null,
      provider_ignore: [],
      quantizations: null,
      sort: "price",
      fallback_models: ["anthropic/claude-haiku-4.5"],
      plugins: null,
      plugins_off: null,
      max_price: { prompt: 1e-7, completion: 0.1 + 0.2 },
      preset: null,
    },
    routing: {
      requested: "openai/gpt-5-mini",
      strategy: "direct",
      region: "iad",
      attempt: 1,
      attempts: [{ provider: "OpenAI", model: "openai/gpt-5-mini", status: 200 }],
      available_total: 2,
      available: [{ provider: "OpenAI", model: "openai/gpt-5-mini", selected: true }],
      pipeline: [],
      generation_ms: 812.5,
    },
    tools: { offered: ["search", "mail"], called: ["search"] },
    cache_status: "MISS",
    service_tier: "default",
    prompt_tokens: 17,
    completion_tokens: 42,
    total_tokens: 59,
    cached_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 12,
    usage_details: { audio_tokens: 0 },
    cost_usd: 0.1 + 0.2,
    is_byok: false,
    upstream_cost_usd: 1e-7,
    latency_ms: 1234.567,
    time_to_first_token_ms: 0.5,
    request_bytes: 311,
    response_bytes: Number.MAX_SAFE_INTEGER,
    response_complete: true,
    http_status: 200,
    error_code: 429,
    error_type: "rate_limit_exceeded",
    error_message: 'Provider said: "try again"',
    unavailable: { code: "no_endpoints", excluded_by: null },
    prompt_hash: "hmac-sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    response_hash: "hmac-sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
  };
}

/** Numbers that a store may round, shorten or turn into texts. */
export const exactNumbers = {
  sum: 0.1 + 0.2,
  small: 1e-7,
  smallest: 5e-324,
  largest: Number.MAX_VALUE,
  turning: 1e21,
  integer: Number.MAX_SAFE_INTEGER,
  negative: -1.5,
  zero: 0,
};

/** Texts that a store may cut, escape twice, fold or normalise, and names that it may take for its own. */
export const oddTexts = {
  astral: "👩‍👩‍👧‍👦 𝒜 𠮷",
  "right to left": "שלום עולם — مرحبا\u202e",
  combining: "e\u0301 is not \u00e9",
  "case and width": "İıſẞ ＡＢＣ",
  control: "\u0001\u0007\b\t\n\u000b\f\r\u001b[31m\u001f\u007f\u0085",
  "line ends": "a\r\nb\u2028c\u2029d",
  noncharacters: "\ufeff\uffff\u{10ffff}",
  quoting: `"'\`\\\\u0041 \\n %s \${x} $1 '; drop table audit; --`,
  spaces: "  both ends \u00a0",
  "": "a member without a name",
  "dotted.name": "1",
  $set: { $where: "1" },
  number: "00123",
  date: "2026-11-25",
  nothing: "null",
};

/** As a version that knew fewer members wrote it. */
export function earlierSample(): SampleDraft {
  const { id, event_type, timestamp, status, user_id } = sampleEvent();
  return { id, event_type, timestamp, status, user_id, schema_version: 1, model: "openai/gpt-5-mini" };
}

/** As a version that knows more members will write it. */
export function laterSample(): SampleDraft {
  return { ...sampleEvent(), a_later_member: { of: ["a", "later", 1] }, zone: null };
}

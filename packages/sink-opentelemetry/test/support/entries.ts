import type { AuditEntry } from "@openrouter-audit/core";

/** An entry of a call, as a journal has it; what is said differs from it. */
export function entry(said: Partial<Record<keyof AuditEntry, unknown>> = {}): AuditEntry {
  return {
    schema_version: 1,
    id: crypto.randomUUID(),
    log: "openrouter-audit/web-1/0000",
    seq: 1,
    timestamp: "2026-11-24T02:34:36.293Z",
    recorded_at: "2026-11-24T02:34:36.589Z",
    event_type: "chat_completion",
    user_id: "ada",
    attribution: { how: "authenticated", source: "req.auth.sub" },
    claimed_user: null,
    tenant_id: null,
    session_id: "conversation-1",
    request: {
      id: "req-1",
      method: "POST",
      route: "/chat",
      ip: null,
      user_agent: null,
      trace_id: "0af7651916cd43dd8448eb211c80319c",
    },
    service: { name: "chat", version: "1.0.0", instance: "web-1/1" },
    status: "success",
    stream: true,
    model: "openai/gpt-5-mini",
    model_served: "openai/gpt-5-mini-2025-08-07",
    provider: "OpenAI",
    generation_id: "gen-1",
    finish_reason: "stop",
    parameters: {
      temperature: 0.7,
      max_completion_tokens: 256,
      n: 2,
      seed: 7,
      response_format: "json_schema",
    },
    prompt_tokens: 12,
    completion_tokens: 30,
    cached_tokens: 4,
    cache_write_tokens: 2,
    reasoning_tokens: 5,
    cost_usd: 0.000025,
    latency_ms: 1500,
    time_to_first_token_ms: 250,
    error_type: null,
    error_message: null,
    cache_status: null,
    metadata: {},
    chain_hash: "…",
    signature: "…",
    ...said,
  } as unknown as AuditEntry;
}

export const calm = () => ({ signal: new AbortController().signal });

import { v7 as uuidv7 } from "uuid";
import type { EntryDraft, JsonObject, ServiceFacts } from "./entry.ts";

type Required = "event_type" | "service" | "status" | "attribution" | "timestamp";

/** A draft with what is known, and null for everything else. */
export function draftEntry(known: Pick<EntryDraft, Required> & Partial<EntryDraft>): EntryDraft {
  return { schema_version: 1, id: uuidv7(), ...nothingMeasured, ...known };
}

/** An entry the log writes about itself. */
export function systemEntry(
  event: "opened" | "closed" | "heartbeat" | "gap",
  service: ServiceFacts,
  now: Date,
  detail: JsonObject,
): EntryDraft {
  return draftEntry({
    event_type: `audit.${event}`,
    timestamp: now.toISOString(),
    service,
    status: "success",
    user_id: "system",
    attribution: { how: "system", source: null },
    prompt_tokens: 0,
    completion_tokens: 0,
    total_tokens: 0,
    detail,
  });
}

/** Every member that an entry may have nothing to say in, and how it says so. */
export const nothingMeasured = {
  user_id: null,
  claimed_user: null,
  tenant_id: null,
  session_id: null,
  request: null,
  exchange_id: null,
  call_id: null,
  turn: null,
  attempt: null,
  method: null,
  endpoint: null,
  stream: null,
  model: null,
  model_served: null,
  provider: null,
  generation_id: null,
  finish_reason: null,
  native_finish_reason: null,
  refused: null,
  parameters: null,
  policy: null,
  routing: null,
  tools: null,
  cache_status: null,
  service_tier: null,
  prompt_tokens: null,
  completion_tokens: null,
  total_tokens: null,
  cached_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  usage_details: null,
  cost_usd: null,
  is_byok: null,
  upstream_cost_usd: null,
  latency_ms: null,
  time_to_first_token_ms: null,
  request_bytes: null,
  response_bytes: null,
  response_complete: null,
  http_status: null,
  error_code: null,
  error_type: null,
  error_message: null,
  prompt_hash: null,
  response_hash: null,
  metadata: {},
  detail: null,
} as const satisfies Partial<EntryDraft>;

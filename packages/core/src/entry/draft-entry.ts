import { v7 as uuidv7 } from "uuid";
import type { AuditEntry, EntryDraft, JsonObject, ServiceFacts } from "./entry.ts";

type Required = "event_type" | "service" | "status" | "attribution" | "timestamp";

/** A draft with what is known, and null for everything else. */
export function draftEntry(known: Pick<EntryDraft, Required> & Partial<EntryDraft>): EntryDraft {
  return { ...nothingMeasured, schema_version: 1, id: uuidv7(), ...known };
}

/** What the log says of itself, without the `audit.` before it. docs/entry-format.md, "Event types". */
export type SystemEvent =
  | "opened"
  | "closed"
  | "heartbeat"
  | "gap"
  | "anchored"
  | "read"
  | "exported"
  | "reconciled"
  | "corrected"
  | "archived"
  | "deleted"
  | "hold"
  | "approved";

/**
 * An entry the log writes about itself.
 *
 * @param known what else is to be said: who does something with the log
 */
export function systemEntry(
  event: SystemEvent,
  service: ServiceFacts,
  now: Date,
  detail: JsonObject,
  known: Partial<EntryDraft> = {},
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
    ...known,
  });
}

/**
 * Every member, and how an entry says that it has nothing to say in it; undefined where it must say something. In
 * canonical order, which an entry made from this keeps: what is in order already is sealed faster.
 */
export const nothingMeasured = {
  attempt: null,
  attribution: undefined,
  cache_source_id: null,
  cache_status: null,
  cache_write_tokens: null,
  cached_tokens: null,
  call_id: null,
  claimed_user: null,
  completion_tokens: null,
  cost_usd: null,
  detail: null,
  endpoint: null,
  error_code: null,
  error_message: null,
  error_type: null,
  event_type: undefined,
  exchange_id: null,
  finish_reason: null,
  generation_id: null,
  http_status: null,
  id: undefined,
  is_byok: null,
  latency_ms: null,
  log: undefined,
  metadata: {},
  method: null,
  model: null,
  model_served: null,
  native_finish_reason: null,
  parameters: null,
  policy: null,
  prompt_hash: null,
  prompt_tokens: null,
  provider: null,
  reasoning_tokens: null,
  recorded_at: undefined,
  refused: null,
  request: null,
  request_bytes: null,
  response_bytes: null,
  response_complete: null,
  response_hash: null,
  routing: null,
  schema_version: undefined,
  seq: undefined,
  service: undefined,
  service_tier: null,
  session_id: null,
  status: undefined,
  stream: null,
  tenant_id: null,
  time_to_first_token_ms: null,
  timestamp: undefined,
  tools: null,
  total_tokens: null,
  turn: null,
  unavailable: null,
  upstream_cost_usd: null,
  usage_details: null,
  user_id: null,
} as const satisfies { [Member in Exclude<keyof AuditEntry, "chain_hash" | "signature">]: unknown };

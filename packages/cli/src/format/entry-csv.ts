import type { AuditEntry } from "@openrouter-audit/core";
import { csvLine } from "./csv-line.ts";

const columns: Readonly<Record<string, (entry: AuditEntry) => unknown>> = {
  timestamp: ({ timestamp }) => timestamp,
  event_type: ({ event_type }) => event_type,
  user_id: ({ user_id }) => user_id,
  attribution: ({ attribution }) => attribution?.how,
  tenant_id: ({ tenant_id }) => tenant_id,
  session_id: ({ session_id }) => session_id,
  request_id: ({ request }) => request?.id,
  route: ({ request }) => request?.route,
  service: ({ service }) => service?.name,
  model: ({ model }) => model,
  model_served: ({ model_served }) => model_served,
  provider: ({ provider }) => provider,
  status: ({ status }) => status,
  error_type: ({ error_type }) => error_type,
  error_code: ({ error_code }) => error_code,
  error_message: ({ error_message }) => error_message,
  finish_reason: ({ finish_reason }) => finish_reason,
  prompt_tokens: ({ prompt_tokens }) => prompt_tokens,
  completion_tokens: ({ completion_tokens }) => completion_tokens,
  total_tokens: ({ total_tokens }) => total_tokens,
  cost_usd: ({ cost_usd }) => cost_usd,
  latency_ms: ({ latency_ms }) => latency_ms,
  prompt_hash: ({ prompt_hash }) => prompt_hash,
  response_hash: ({ response_hash }) => response_hash,
  exchange_id: ({ exchange_id }) => exchange_id,
  call_id: ({ call_id }) => call_id,
  attempt: ({ attempt }) => attempt,
  generation_id: ({ generation_id }) => generation_id,
  id: ({ id }) => id,
  log: ({ log }) => log,
  seq: ({ seq }) => seq,
};

/** The first line of a CSV of entries. */
export const csvHead = csvLine(Object.keys(columns));

/** An entry as a line of CSV. What was not measured is an empty cell. */
export function entryCsv(entry: AuditEntry): string {
  return csvLine(Object.values(columns).map((cell) => cell(entry)));
}

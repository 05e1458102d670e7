import type { AuditEntry } from "@openrouter-audit/core";
import { activityOf } from "../activity.ts";
import { detailOf, isSystem, kindOf } from "../event-kind.ts";
import { sentenceOf } from "../sentence.ts";
import { traceOf } from "../trace-of.ts";
import { code, count, ip, milliseconds, number, text } from "../value-types.ts";

/** A key of the extension, what its value is, and how many characters of it the dictionary allows. */
export interface Row {
  readonly key: string;
  /** What a custom field means: written beside it, as `<key>Label`. */
  readonly label?: string;
  readonly most?: number;
  readonly value: (entry: AuditEntry) => string | number | undefined;
}

/** "CEF Implementation Standard", the extension dictionary; keys of our own are named as it wants: product, then meaning. */
export const extension: readonly Row[] = [
  { key: "rt", value: ({ recorded_at }) => milliseconds(recorded_at) },
  { key: "start", value: ({ timestamp }) => milliseconds(timestamp) },
  { key: "externalId", most: 40, value: ({ id }) => text(id) },
  { key: "deviceExternalId", most: 255, value: ({ log }) => text(log) },
  { key: "dvchost", most: 100, value: ({ service }) => instanceOf(service?.instance).host },
  { key: "dvcpid", value: ({ service }) => instanceOf(service?.instance).pid },
  { key: "cat", most: 1023, value: kindOf },
  { key: "act", most: 63, value: (entry) => (kindOf(entry) === "call" ? activityOf(entry) : undefined) },
  { key: "outcome", most: 63, value: ({ status }) => text(status) },
  { key: "reason", most: 1023, value: (entry) => text(entry.error_type) ?? text(detailOf(entry, "reason")) },
  { key: "msg", most: 1023, value: (entry) => text(entry.error_message) ?? sentenceOf(entry) },
  {
    key: "cnt",
    value: (entry) => (entry.event_type === "audit.gap" ? int(detailOf(entry, "count")) : undefined),
  },
  { key: "suid", most: 1023, value: ({ user_id }) => text(user_id) },
  { key: "src", value: ({ request }) => address(request?.ip, "IPv4") },
  { key: "c6a2", label: "Source IPv6 Address", value: ({ request }) => address(request?.ip, "IPv6") },
  { key: "requestClientApplication", most: 1023, value: ({ request }) => text(request?.user_agent) },
  { key: "requestContext", most: 2048, value: ({ request }) => text(request?.route) },
  { key: "sourceServiceName", most: 1023, value: ({ service }) => text(service?.name) },
  {
    key: "destinationServiceName",
    most: 1023,
    value: (entry) => (kindOf(entry) === "call" ? "openrouter.ai" : undefined),
  },
  { key: "requestMethod", most: 1023, value: ({ method }) => text(method) },
  { key: "request", most: 1023, value: ({ endpoint }) => text(endpoint) },
  { key: "in", value: ({ request_bytes }) => int(request_bytes) },
  { key: "out", value: ({ response_bytes }) => int(response_bytes) },
  { key: "cs1", label: "Model", most: 4000, value: ({ model }) => text(model) },
  { key: "cs2", label: "Model Served", most: 4000, value: ({ model_served }) => text(model_served) },
  { key: "cs3", label: "Provider", most: 4000, value: ({ provider }) => text(provider) },
  { key: "cs4", label: "Generation Id", most: 4000, value: ({ generation_id }) => text(generation_id) },
  { key: "cs5", label: "Tenant Id", most: 4000, value: ({ tenant_id }) => text(tenant_id) },
  { key: "cs6", label: "Session Id", most: 4000, value: ({ session_id }) => text(session_id) },
  { key: "cn1", label: "Prompt Tokens", value: (entry) => tokens(entry, entry.prompt_tokens) },
  { key: "cn2", label: "Completion Tokens", value: (entry) => tokens(entry, entry.completion_tokens) },
  { key: "cn3", label: "Http Status", value: ({ http_status }) => count(http_status) },
  { key: "cfp1", label: "Cost Usd", value: ({ cost_usd }) => number(cost_usd) },
  { key: "cfp2", label: "Latency Ms", value: ({ latency_ms }) => number(latency_ms) },
  {
    key: "cfp3",
    label: "Time To First Token Ms",
    value: ({ time_to_first_token_ms }) => number(time_to_first_token_ms),
  },
  {
    key: "flexString1",
    label: "Attribution",
    most: 1023,
    value: ({ attribution }) => text(attribution?.how),
  },
  { key: "flexString2", label: "Claimed User", most: 1023, value: ({ claimed_user }) => text(claimed_user) },
  { key: "OpenrouterAuditSeq", value: ({ seq }) => count(seq) },
  { key: "OpenrouterAuditExchangeId", value: ({ exchange_id }) => text(exchange_id) },
  { key: "OpenrouterAuditCallId", value: ({ call_id }) => text(call_id) },
  { key: "OpenrouterAuditErrorCode", value: ({ error_code }) => code(error_code) },
  { key: "OpenrouterAuditTraceId", value: (entry) => traceOf(entry).traceId },
  { key: "OpenrouterAuditPromptHash", value: ({ prompt_hash }) => text(prompt_hash) },
  { key: "OpenrouterAuditResponseHash", value: ({ response_hash }) => text(response_hash) },
];

/** `<host>/<pid>` */
function instanceOf(instance: unknown): {
  readonly host?: string | undefined;
  readonly pid?: number | undefined;
} {
  const [, host, pid] = /^(.+)\/(\d+)$/s.exec(text(instance) ?? "") ?? [];
  return { host: text(host), pid: int(Number(pid)) };
}

function address(value: unknown, family: "IPv4" | "IPv6"): string | undefined {
  const found = ip(value);
  return found?.includes(":") === (family === "IPv6") ? found : undefined;
}

/** Those zeros of a system entry are no call's. */
function tokens(entry: AuditEntry, value: unknown): number | undefined {
  return isSystem(entry) ? undefined : count(value);
}

/** An Integer of the dictionary has 32 bits. */
function int(value: unknown): number | undefined {
  const found = count(value);
  return found !== undefined && found < 2 ** 31 ? found : undefined;
}

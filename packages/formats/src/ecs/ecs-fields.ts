import type { AuditEntry } from "@openrouter-audit/core";
import { isSystem, kindOf, typeOf } from "../event-kind.ts";
import type { Fields } from "../fields.ts";
import { lineIn } from "../line-in.ts";
import { sentenceOf } from "../sentence.ts";
import { severityOf } from "../severity.ts";
import { traceOf } from "../trace-of.ts";
import { code, count, ip, number, text, texts, time } from "../value-types.ts";
import { eventTypesOf } from "./event-types.ts";
import { operationName } from "./operation-name.ts";
import { outcomeOf } from "./outcome.ts";

const nobodyKnowsWhen = "1970-01-01T00:00:00.000Z";
const nanoseconds = 1_000_000;

/** The fields of ECS 9.4: https://www.elastic.co/docs/reference/ecs */
export const ecsFields: Fields = {
  "@timestamp": ({ timestamp, recorded_at }) => time(timestamp) ?? time(recorded_at) ?? nobodyKnowsWhen,
  "ecs.version": () => "9.4.0",
  message: sentenceOf,
  "log.level": (entry) => severityOf(entry).level,
  "event.kind": (entry) => eventTypesOf(entry).kind,
  "event.category": (entry) => [eventTypesOf(entry).category],
  "event.type": (entry) => eventTypesOf(entry).type,
  "event.action": typeOf,
  "event.outcome": outcomeOf,
  "event.severity": (entry) => severityOf(entry).id,
  "event.id": ({ id }) => text(id),
  "event.sequence": ({ seq }) => count(seq),
  "event.provider": () => "openrouter-audit",
  "event.module": () => "openrouter_audit",
  "event.dataset": () => "openrouter_audit.entries",
  "event.start": ({ timestamp }) => time(timestamp),
  "event.created": ({ recorded_at }) => time(recorded_at),
  "event.duration": ({ latency_ms }) => count(Math.round((number(latency_ms) ?? Number.NaN) * nanoseconds)),
  "event.hash": ({ chain_hash }) => text(chain_hash),
  "event.original": lineIn,
  "user.id": ({ user_id }) => text(user_id),
  "organization.id": ({ tenant_id }) => text(tenant_id),
  "source.ip": ({ request }) => ip(request?.ip),
  "user_agent.original": ({ request }) => text(request?.user_agent),
  "trace.id": (entry) => traceOf(entry).traceId,
  "span.id": (entry) => traceOf(entry).spanId,
  "service.name": ({ service }) => text(service?.name),
  "service.version": ({ service }) => text(service?.version),
  "service.node.name": ({ service }) => text(service?.instance),
  "http.request.method": ({ method }) => text(method),
  "http.request.body.bytes": ({ request_bytes }) => count(request_bytes),
  "http.response.status_code": ({ http_status }) => count(http_status),
  "http.response.body.bytes": ({ response_bytes }) => count(response_bytes),
  "url.path": ({ endpoint }) => text(endpoint),
  "error.type": ({ error_type }) => text(error_type),
  "error.code": ({ error_code }) => code(error_code),
  "error.message": ({ error_message }) => text(error_message),
  // 9.4 has `system`; `provider.name`, which OpenTelemetry has in its place, comes with 9.5.
  "gen_ai.system": systemOf,
  "gen_ai.provider.name": systemOf,
  "gen_ai.operation.name": operationName,
  "gen_ai.request.model": ({ model }) => text(model),
  "gen_ai.request.max_tokens": ({ parameters }) =>
    integer(parameters?.max_tokens ?? parameters?.max_completion_tokens ?? parameters?.max_output_tokens),
  "gen_ai.request.temperature": ({ parameters }) => number(parameters?.temperature),
  "gen_ai.request.top_p": ({ parameters }) => number(parameters?.top_p),
  "gen_ai.request.top_k": ({ parameters }) => number(parameters?.top_k),
  "gen_ai.request.frequency_penalty": ({ parameters }) => number(parameters?.frequency_penalty),
  "gen_ai.request.presence_penalty": ({ parameters }) => number(parameters?.presence_penalty),
  "gen_ai.request.seed": ({ parameters }) => integer(parameters?.seed),
  "gen_ai.request.choice.count": ({ parameters }) => integer(parameters?.n),
  "gen_ai.response.id": ({ generation_id }) => text(generation_id),
  "gen_ai.response.model": ({ model_served }) => text(model_served),
  "gen_ai.usage.input_tokens": (entry) => tokens(entry, entry.prompt_tokens),
  "gen_ai.usage.output_tokens": (entry) => tokens(entry, entry.completion_tokens),
  "related.user": ({ user_id, claimed_user }) => unique([user_id, claimed_user]),
  "related.hash": ({ prompt_hash, response_hash }) => unique([prompt_hash, response_hash]),
  "related.ip": ({ request }) => unique([ip(request?.ip)]),
};

function systemOf(entry: AuditEntry): string | undefined {
  return kindOf(entry) === "call" ? "openrouter" : undefined;
}

function unique(values: readonly unknown[]): readonly string[] | undefined {
  return texts([...new Set(values)]);
}

/** An `integer` of Elasticsearch has 32 bits, and a document with a larger one is refused. */
function integer(value: unknown): number | undefined {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 ? (value as number) : undefined;
}

/** Those zeros of a system entry are no call's. */
function tokens(entry: AuditEntry, value: unknown): number | undefined {
  return isSystem(entry) ? undefined : integer(count(value));
}

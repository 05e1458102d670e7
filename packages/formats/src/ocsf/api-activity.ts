import type { AuditEntry } from "@openrouter-audit/core";
import { isSystem, kindOf, typeOf } from "../event-kind.ts";
import type { Fields } from "../fields.ts";
import { traceOf } from "../trace-of.ts";
import { count, ip, number, text } from "../value-types.ts";

/** API Activity (6003) with the profiles ai_operation, trace and, of a refusal, security_control. */
export const apiActivity: Fields = {
  "actor.user.uid": ({ user_id }) => text(user_id),
  "actor.session.uid": ({ session_id }) => text(session_id),
  "actor.app_name": serviceName,
  "actor.app_uid": ({ service }) => text(service?.instance),
  "api.operation": operationOf,
  "api.service.name": (entry) => (kindOf(entry) === "call" ? "openrouter.ai" : serviceName(entry)),
  "api.request.uid": ({ exchange_id }) => text(exchange_id),
  "api.response.code": ({ http_status }) => count(http_status),
  "api.response.error": ({ error_type }) => text(error_type),
  "api.response.error_message": ({ error_message }) => text(error_message),
  "http_request.http_method": ({ method }) => httpMethod(method),
  "http_request.url.path": ({ endpoint }) => text(endpoint),
  "http_request.body_length": ({ request_bytes }) => count(request_bytes),
  "http_response.code": ({ http_status }) => count(http_status),
  "http_response.body_length": (entry) => ofAnswer(entry, count(entry.response_bytes)),
  "http_response.latency": (entry) => ofAnswer(entry, whole(entry.latency_ms)),
  "src_endpoint.ip": ({ request }) => ip(request?.ip),
  "src_endpoint.svc_name": serviceName,
  "src_endpoint.instance_uid": ({ service }) => text(service?.instance),
  "ai_model.name": modelOf,
  "ai_model.ai_provider": (entry) =>
    modelOf(entry) === undefined ? undefined : (text(entry.provider) ?? "openrouter.ai"),
  "message_context.uid": (entry) => ofMessage(entry, text(entry.generation_id)),
  "message_context.ai_role_id": (entry) => ofMessage(entry, 2),
  "message_context.ai_role": (entry) => ofMessage(entry, "Assistant"),
  "message_context.service.name": (entry) => ofMessage(entry, "openrouter.ai"),
  "message_context.prompt_tokens": (entry) => ofMessage(entry, count(entry.prompt_tokens)),
  "message_context.completion_tokens": (entry) => ofMessage(entry, count(entry.completion_tokens)),
  "message_context.total_tokens": (entry) => ofMessage(entry, count(entry.total_tokens)),
  "trace.uid": (entry) => traceOf(entry).traceId,
  action_id: (entry) => ofRefusal(entry, 2),
  action: (entry) => ofRefusal(entry, "Denied"),
  disposition_id: (entry) => ofRefusal(entry, 2),
  disposition: (entry) => ofRefusal(entry, "Blocked"),
};

export function serviceName({ service }: AuditEntry): string {
  return text(service?.name) ?? "unknown";
}

function operationOf(entry: AuditEntry): string {
  const [method, endpoint] = [text(entry.method), text(entry.endpoint)];
  return method === undefined || endpoint === undefined ? typeOf(entry) : `${method} ${endpoint}`;
}

const httpMethods = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

function httpMethod(method: unknown): string | undefined {
  return httpMethods.find((each) => each === method);
}

function modelOf(entry: AuditEntry): string | undefined {
  return kindOf(entry) === "call" ? (text(entry.model_served) ?? text(entry.model)) : undefined;
}

/** A response must have its code. */
function ofAnswer<Value>({ http_status }: AuditEntry, value: Value): Value | undefined {
  return count(http_status) === undefined ? undefined : value;
}

/** What a model said: nothing yet of a start, and nothing of what only read or administers. */
function ofMessage<Value>(entry: AuditEntry, value: Value): Value | undefined {
  if (kindOf(entry) !== "call" || isSystem(entry)) return undefined;
  const counts = [entry.prompt_tokens, entry.completion_tokens, entry.total_tokens];
  const said = text(entry.generation_id) !== undefined || counts.some((each) => count(each) !== undefined);
  return said ? value : undefined;
}

function ofRefusal<Value>(entry: AuditEntry, value: Value): Value | undefined {
  return typeOf(entry) === "call_refused" ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return count(Math.round(number(value) ?? Number.NaN));
}

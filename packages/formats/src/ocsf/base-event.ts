import type { AuditEntry } from "@openrouter-audit/core";
import { kindOf, typeOf } from "../event-kind.ts";
import type { Fields } from "../fields.ts";
import { sentenceOf } from "../sentence.ts";
import { severityOf } from "../severity.ts";
import { traceOf } from "../trace-of.ts";
import { code, count, milliseconds, text } from "../value-types.ts";
import { eventClassOf } from "./event-class.ts";
import { statusOf } from "./status.ts";

/** What an event of every class has. */
export const baseEvent: Fields = {
  "metadata.version": () => "1.8.0",
  "metadata.product.name": () => "openrouter-audit",
  "metadata.product.vendor_name": () => "openrouter-audit",
  "metadata.profiles": profilesOf,
  "metadata.uid": ({ id }) => text(id),
  "metadata.original_event_uid": ({ id }) => text(id),
  "metadata.event_code": typeOf,
  "metadata.log_name": ({ log }) => text(log),
  "metadata.log_provider": () => "openrouter-audit",
  "metadata.log_version": ({ schema_version }) => code(schema_version),
  "metadata.original_time": ({ timestamp }) => text(timestamp),
  "metadata.logged_time": ({ recorded_at }) => milliseconds(recorded_at),
  "metadata.sequence": ({ seq }) => count(seq),
  "metadata.tenant_uid": ({ tenant_id }) => text(tenant_id),
  "metadata.correlation_uid": ({ call_id }) => text(call_id),
  category_uid: (entry) => eventClassOf(entry).category_uid,
  category_name: (entry) => eventClassOf(entry).category_name,
  class_uid: (entry) => eventClassOf(entry).class_uid,
  class_name: (entry) => eventClassOf(entry).class_name,
  activity_id: (entry) => eventClassOf(entry).activity_id,
  activity_name: (entry) => eventClassOf(entry).activity_name,
  type_uid: (entry) => typeUidOf(entry),
  type_name: (entry) => typeNameOf(entry),
  severity_id: (entry) => severityOf(entry).id,
  severity: (entry) => severityOf(entry).caption,
  status_id: (entry) => statusOf(entry)[0],
  status: (entry) => statusOf(entry)[1],
  status_code: ({ error_code, http_status }) => code(error_code) ?? code(http_status),
  status_detail: ({ error_message, error_type }) => text(error_message) ?? text(error_type),
  time: ({ timestamp, recorded_at }) => milliseconds(timestamp) ?? milliseconds(recorded_at) ?? 0,
  message: sentenceOf,
};

/** Attributes of a profile are legal only where it is named. */
function profilesOf(entry: AuditEntry): readonly string[] | undefined {
  if (kindOf(entry) === "application") return traceOf(entry).traceId ? ["trace"] : undefined;
  if (kindOf(entry) !== "call") return undefined;
  const profiles = ["ai_operation"];
  if (traceOf(entry).traceId) profiles.push("trace");
  if (typeOf(entry) === "call_refused") profiles.push("security_control");
  return profiles;
}

function typeUidOf(entry: AuditEntry): number {
  const { class_uid, activity_id } = eventClassOf(entry);
  return class_uid * 100 + activity_id;
}

function typeNameOf(entry: AuditEntry): string {
  const { class_name, activity_id, activity_name } = eventClassOf(entry);
  return `${class_name}: ${activity_id === 99 ? "Other" : activity_name}`;
}

import type { AuditEntry } from "@openrouter-audit/core";
import { detailOf } from "../event-kind.ts";
import type { Fields } from "../fields.ts";
import { count, milliseconds, text } from "../value-types.ts";
import { serviceName } from "./api-activity.ts";

/** Event Log Activity (1008): what the log says of itself. */
export const eventLogActivity: Fields = {
  // Where nobody did it, it was the log itself.
  "actor.user.uid": ({ attribution, user_id }) => (attribution?.how === "system" ? undefined : text(user_id)),
  "actor.app_name": serviceName,
  "actor.app_uid": ({ service }) => text(service?.instance),
  "src_endpoint.svc_name": serviceName,
  "src_endpoint.instance_uid": ({ service }) => text(service?.instance),
  log_name: ({ log }) => text(log),
  log_provider: () => "openrouter-audit",
  log_type_id: () => 2,
  log_type: () => "Application",
  count: (entry) => ofGap(entry, count(detailOf(entry, "count"))),
  start_time: (entry) => ofGap(entry, milliseconds(detailOf(entry, "since"))),
  end_time: (entry) => ofGap(entry, milliseconds(detailOf(entry, "until"))),
};

function ofGap<Value>({ event_type }: AuditEntry, value: Value): Value | undefined {
  return event_type === "audit.gap" ? value : undefined;
}

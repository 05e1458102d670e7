import type { AuditEntry } from "@openrouter-audit/core";
import { type EventKind, kindOf } from "../event-kind.ts";
import { type Document, documentsOf, type Fields } from "../fields.ts";
import { lineIn } from "../line-in.ts";
import { apiActivity } from "./api-activity.ts";
import { baseEvent } from "./base-event.ts";
import { detectionFinding } from "./detection-finding.ts";
import { eventLogActivity } from "./event-log-activity.ts";
import { unmapped } from "./unmapped.ts";

const eventsOf = (own: Fields) => documentsOf({ ...baseEvent, ...own, ...unmapped, raw_data: lineIn });

const apiEvents = eventsOf(apiActivity);

const events: Readonly<Record<EventKind, (entry: AuditEntry) => Document>> = {
  call: apiEvents,
  application: apiEvents,
  log: eventsOf(eventLogActivity),
  contradiction: eventsOf(detectionFinding),
};

/**
 * An entry as an event of OCSF 1.8.0 (https://schema.ocsf.io/1.8.0): a call as API Activity with the profile ai_operation, what
 * the log says of itself as Event Log Activity, a contradicted anchor as Detection Finding. `raw_data` is the exact line. Takes
 * any entry and never throws. Which member stands where: docs/formats.md, "OCSF".
 */
export function toOcsf(entry: AuditEntry): object {
  return events[kindOf(entry)](entry);
}

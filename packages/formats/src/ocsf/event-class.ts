import type { AuditEntry } from "@openrouter-audit/core";
import { type Activity, activityOf } from "../activity.ts";
import { type EventKind, kindOf, typeOf } from "../event-kind.ts";

/** The class of an event, and what was done: https://schema.ocsf.io/1.8.0/classes */
export interface EventClass {
  readonly category_uid: number;
  readonly category_name: string;
  readonly class_uid: number;
  readonly class_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
}

const classes = {
  api: {
    category_uid: 6,
    category_name: "Application Activity",
    class_uid: 6003,
    class_name: "API Activity",
  },
  log: {
    category_uid: 1,
    category_name: "System Activity",
    class_uid: 1008,
    class_name: "Event Log Activity",
  },
  finding: {
    category_uid: 2,
    category_name: "Findings",
    class_uid: 2004,
    class_name: "Detection Finding",
  },
} as const;

type Done = readonly [id: number, name: string];

/** Asking a model is none of the four: https://github.com/ocsf/ocsf-schema/issues/1736 */
const apiActivities: Readonly<Record<Activity, Done>> = {
  unknown: [0, "Unknown"],
  create: [1, "Create"],
  read: [2, "Read"],
  update: [3, "Update"],
  delete: [4, "Delete"],
  invoke: [99, "Invoke"],
};

const logActivities: Readonly<Record<string, Done>> = {
  "audit.opened": [6, "Start"],
  "audit.closed": [7, "Stop"],
};

const classOf: Readonly<Record<EventKind, (entry: AuditEntry) => EventClass>> = {
  call: (entry) => eventClass(classes.api, apiActivities[activityOf(entry)]),
  application: (entry) => eventClass(classes.api, other(entry)),
  log: (entry) => {
    const type = typeOf(entry);
    return eventClass(classes.log, Object.hasOwn(logActivities, type) ? logActivities[type]! : other(entry));
  },
  contradiction: () => eventClass(classes.finding, [1, "Create"]),
};

export function eventClassOf(entry: AuditEntry): EventClass {
  return classOf[kindOf(entry)](entry);
}

const other = (entry: AuditEntry): Done => [99, typeOf(entry)];

function eventClass(
  where: (typeof classes)[keyof typeof classes],
  [activity_id, activity_name]: Done,
): EventClass {
  return { ...where, activity_id, activity_name };
}

import type { AuditEntry } from "@openrouter-audit/core";
import { type Activity, activityOf } from "../activity.ts";
import { kindOf, typeOf } from "../event-kind.ts";

/** `event.kind`, `event.category` and `event.type`, in the combinations that ECS expects. */
export interface EventTypes {
  readonly kind: "event" | "alert";
  readonly category: "api" | "process" | "intrusion_detection";
  readonly type: readonly string[];
}

const byActivity: Readonly<Record<Activity, string>> = {
  invoke: "access",
  read: "access",
  create: "creation",
  update: "change",
  delete: "deletion",
  unknown: "info",
};

const ofLog: Readonly<Record<string, string>> = {
  "audit.opened": "start",
  "audit.closed": "end",
  "audit.read": "access",
  "audit.exported": "access",
  "audit.reconciled": "access",
};

export function eventTypesOf(entry: AuditEntry): EventTypes {
  const type = typeOf(entry);
  switch (kindOf(entry)) {
    case "contradiction":
      return { kind: "alert", category: "intrusion_detection", type: ["info"] };
    case "log":
      return {
        kind: "event",
        category: "process",
        type: [Object.hasOwn(ofLog, type) ? ofLog[type]! : "info"],
      };
    case "application":
      return { kind: "event", category: "api", type: ["info"] };
    case "call":
      return { kind: "event", category: "api", type: ofCall(entry, type) };
  }
}

function ofCall(entry: AuditEntry, type: string): readonly string[] {
  if (type === "call_refused") return ["denied"];
  if (type === "call_started") return ["start"];
  const done = byActivity[activityOf(entry)];
  return type === "management" ? ["admin", done] : [done];
}

import type { AuditEntry } from "@openrouter-audit/core";
import { detailOf, typeOf } from "./event-kind.ts";
import { text } from "./value-types.ts";

/** What a call does: asks a model, or reads, makes, changes or removes what OpenRouter keeps. */
export type Activity = "invoke" | "create" | "read" | "update" | "delete" | "unknown";

/** These ask a model, or would have. */
const invoking = new Set([
  "chat_completion",
  "completion",
  "response",
  "message",
  "embedding",
  "rerank",
  "image",
  "speech",
  "transcription",
  "video",
  "batch",
  "call_refused",
]);

const byMethod: Readonly<Record<string, Activity>> = {
  GET: "read",
  HEAD: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

export function activityOf(entry: AuditEntry): Activity {
  const type = calledType(entry);
  if (invoking.has(type)) return "invoke";
  const method = text(entry.method) ?? "";
  return Object.hasOwn(byMethod, method) ? byMethod[method]! : "unknown";
}

/** The type of the call; of a start, that of the entry that is to come. */
export function calledType(entry: AuditEntry): string {
  const type = typeOf(entry);
  return type === "call_started" ? (text(detailOf(entry, "event_type")) ?? type) : type;
}

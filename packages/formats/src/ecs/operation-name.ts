import type { AuditEntry } from "@openrouter-audit/core";
import { activityOf, calledType } from "../activity.ts";
import { kindOf } from "../event-kind.ts";

/** `gen_ai.operation.name` of OpenTelemetry's GenAI conventions; what they have no name for keeps ours. */
const names: Readonly<Record<string, string>> = {
  chat_completion: "chat",
  response: "chat",
  message: "chat",
  completion: "text_completion",
  embedding: "embeddings",
};

/** Undefined for what asks no model. */
export function operationName(entry: AuditEntry): string | undefined {
  if (kindOf(entry) !== "call" || activityOf(entry) !== "invoke") return undefined;
  const type = calledType(entry);
  // Whether it would have been a chat is not said.
  if (type === "call_refused") return undefined;
  return Object.hasOwn(names, type) ? names[type] : type;
}

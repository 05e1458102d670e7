import { type AuditEntry, isSystemEvent } from "@openrouter-audit/core";
import { isContradiction } from "@openrouter-audit/core/sink";
import { text } from "./value-types.ts";

/**
 * What an entry speaks of: a call (also one that began, or was refused), something that the application wrote down, the log
 * itself, or that the log was found to have been changed.
 */
export type EventKind = "call" | "application" | "log" | "contradiction";

/** The dot tells them apart, see docs/entry-format.md, "Event types". */
export function kindOf(entry: AuditEntry): EventKind {
  const type = typeOf(entry);
  if (!type.includes(".")) return "call";
  if (!isSystemEvent(type)) return "application";
  return isContradiction(entry) ? "contradiction" : "log";
}

export function typeOf({ event_type }: AuditEntry): string {
  return text(event_type) ?? "unknown";
}

/** A member of `detail`: what a system entry has to say. */
export function detailOf({ detail }: AuditEntry, name: string): unknown {
  return typeof detail === "object" && detail !== null && Object.hasOwn(detail, name)
    ? detail[name]
    : undefined;
}

/** Whether the zeros of its token counts are the log's own, and not those of a call. */
export function isSystem(entry: AuditEntry): boolean {
  return isSystemEvent(typeOf(entry));
}

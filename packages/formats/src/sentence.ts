import type { AuditEntry } from "@openrouter-audit/core";
import { detailOf, kindOf, typeOf } from "./event-kind.ts";
import { count, text } from "./value-types.ts";

const readings: ReadonlySet<string> = new Set(["audit.read", "audit.exported", "audit.reconciled"]);

/** What happened, for people: `chat_completion openai/gpt-5-mini: error, rate_limit_exceeded`. */
export function sentenceOf(entry: AuditEntry): string {
  const type = typeOf(entry);
  if (kindOf(entry) === "contradiction")
    return `${type}: the journal is not what it was when it was anchored`;
  if (type === "audit.gap") {
    const lost = count(detailOf(entry, "count")) ?? "an unknown number of";
    return joined(`${type}: ${lost} entries were lost`, text(detailOf(entry, "reason")));
  }
  if (readings.has(type)) return joined(`${type}: ${readingOf(entry)}`, text(entry.error_type));
  const what = text(entry.model) === undefined ? type : `${type} ${text(entry.model)}`;
  return joined(`${what}: ${text(entry.status) ?? "unknown"}`, text(entry.error_type));
}

/** `query of /srv/audit, begun`, `report of /srv/audit, complete, 0 rows`. */
function readingOf(entry: AuditEntry): string {
  const told = (name: string) => text(detailOf(entry, name));
  const rows = count(detailOf(entry, "rows"));
  const what = `${told("doing") ?? "something"} of ${told("source") ?? "entries"}`;
  const how = told("outcome") ?? told("state") ?? "unknown";
  return rows === undefined ? `${what}, ${how}` : `${what}, ${how}, ${rows} rows`;
}

function joined(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what}, ${why}`;
}

import type { AuditEntry } from "@openrouter-audit/core";
import { typeOf } from "../event-kind.ts";
import { lineIn } from "../line-in.ts";
import { severityOf } from "../severity.ts";
import { code } from "../value-types.ts";
import { extensionJson, extensionText, headerText } from "./cef-text.ts";
import { extension } from "./extension.ts";

const ours = "openrouter-audit";
// What the dictionary says nothing of.
const longest = 4000;

/**
 * An entry as one line of the Common Event Format, version 0, without a syslog header and without LF. No value can become
 * another field or another line. `OpenrouterAuditLine`, at the end, is the line as JSON. Takes any entry and never throws. Which
 * member stands where: docs/formats.md, "CEF".
 */
export function toCef(entry: AuditEntry): string {
  const type = typeOf(entry);
  const header = [
    "CEF:0",
    ours,
    ours,
    headerText(code(entry.schema_version) ?? "unknown", 31),
    headerText(type, 1023),
    headerText(nameOf(type), 512),
    severityOf(entry).cef,
  ];
  return `${header.join("|")}|${extensionOf(entry).join(" ")}`;
}

/** `chat_completion` is "Chat completion". */
function nameOf(type: string): string {
  const words = type.replace(/[._]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function extensionOf(entry: AuditEntry): string[] {
  const pairs: string[] = [];
  for (const { key, label, most = longest, value } of extension) {
    const found = value(entry);
    if (found === undefined) continue;
    if (label !== undefined) pairs.push(`${key}Label=${label}`);
    pairs.push(`${key}=${typeof found === "number" ? found : extensionText(found, most)}`);
  }
  const line = lineIn(entry);
  if (line !== undefined) pairs.push(`OpenrouterAuditLine=${extensionJson(line)}`);
  return pairs;
}

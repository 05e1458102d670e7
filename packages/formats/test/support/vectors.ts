import { readFileSync } from "node:fs";
import type { AuditEntry } from "@openrouter-audit/core";

export function vectorLines(name: string): readonly string[] {
  return readFileSync(`test/vectors/formats/${name}`, "utf8").trimEnd().split("\n");
}

/** Real sealed entries, at least one of each event type. */
export const entryLines = vectorLines("entries.jsonl");
export const entries = entryLines.map((line) => JSON.parse(line) as AuditEntry);

/** The first of a type that has these members. */
export function entryOf(event_type: string, members: object = {}): AuditEntry {
  const wanted = Object.entries({ event_type, ...members });
  const found = entries.find((entry) =>
    wanted.every(([name, value]) => entry[name as keyof AuditEntry] === value),
  );
  if (!found) throw new Error(`no ${event_type} among the vectors`);
  return found;
}

import type { AuditEntry, JsonObject } from "@openrouter-audit/core";
import { holdsIn } from "@openrouter-audit/core/seal";
import { jsonLine, jsonText } from "../json-text.ts";

/** Who exported, when, from where. */
export interface Custodian {
  readonly user: string;
  /** How that is known. */
  readonly user_source: string;
  readonly host: string;
}

export interface ExportAct extends Custodian {
  readonly exported_at: string;
  readonly source: string;
  readonly tool: { readonly name: string; readonly version: string };
}

/** `data/custody/custody.jsonl`: docs/export.md, "Reports". */
export function custodyText(act: ExportAct, notes: readonly AuditEntry[], isOfOne: boolean): string {
  const exported = { act: "exported", ...act };
  const noted = isOfOne ? notes.filter(isOfFiles).map(withoutPeople) : notes;
  return [exported, ...noted].map(jsonLine).join("");
}

/** `data/reports/retention.json` */
export function retentionText(notes: readonly AuditEntry[] | null, isOfOne: boolean): string {
  const said = isOfOne ? (notes ?? []).filter(isOfFiles).map(withoutPeople) : (notes ?? []).map(wholeNote);
  const of = (type: string) =>
    said.filter(({ event_type }) => event_type === type).map(({ event_type: _, ...note }) => note);
  return jsonText({
    anchor_log: notes !== null,
    archived: of("audit.archived"),
    deleted: of("audit.deleted"),
    // Those name others, and why: not that there are none.
    holds: isOfOne ? null : holdsInForce(notes ?? []).map(wholeNote),
  });
}

function holdsInForce(notes: readonly AuditEntry[]): AuditEntry[] {
  const added = new Set(holdsIn(notes).active.map((hold) => hold.added.seq));
  return notes.filter(({ seq }) => added.has(seq));
}

function isOfFiles({ event_type }: AuditEntry): boolean {
  return event_type === "audit.archived" || event_type === "audit.deleted";
}

function wholeNote({ event_type, recorded_at, user_id, metadata, detail }: AuditEntry) {
  return { event_type, recorded_at, user_id, on_behalf_of: metadata?.on_behalf_of ?? null, detail };
}

/** What was done with which files, and when: neither who did it, nor why, nor for whom. */
function withoutPeople({ event_type, recorded_at, detail }: AuditEntry) {
  const files = Array.isArray(detail?.files) ? (detail.files as readonly unknown[]) : [];
  const names = files
    .map((each) => (each as JsonObject | null)?.file)
    .filter((name) => typeof name === "string");
  return { event_type, recorded_at, files: names };
}

import type { AuditEntry } from "@openrouter-audit/core";
import { bytesInWords, many, moment } from "./amounts.ts";
import { holdTermsText } from "./hold-text.ts";
import { visible } from "./visible.ts";

type Detail = Readonly<Record<string, unknown>>;

/** A note of an anchor log for a person, on a line: when, what, by whom. It is signed, and may be of another version. */
export function noteText({ event_type, recorded_at, user_id, metadata, detail }: AuditEntry): string {
  const behalf = typeof metadata?.on_behalf_of === "string" ? ` for ${metadata.on_behalf_of}` : "";
  const sudo = typeof metadata?.sudo_user === "string" ? ` (${metadata.sudo_user} by sudo)` : "";
  const [word, what] = whatOf(event_type, detail ?? {});
  return `${visible(`${moment(recorded_at)}  ${word.padEnd(10)} ${what}  by ${user_id ?? "nobody"}${sudo}${behalf}`)}\n`;
}

function whatOf(event: string, detail: Detail): readonly [string, string] {
  const files = Array.isArray(detail.files) ? (detail.files as Detail[]) : [];
  const reason = typeof detail.reason === "string" ? `: ${detail.reason}` : "";
  switch (event) {
    case "audit.deleted": {
      const table = typeof detail.table === "string" ? ` of ${detail.table}` : "";
      const by = (detail.approved_by as Detail | undefined)?.user_id;
      const approved = typeof by === "string" ? `, approved by ${by}` : "";
      const after = (detail.policy as Detail | undefined)?.delete_after;
      return [
        "deleted",
        `${filesText(files)}${table}${typeof after === "string" ? `, after ${after}` : ""}${approved}`,
      ];
    }
    case "audit.archived":
      return files.some(({ at }) => at !== "local")
        ? ["stored", `${filesText(files)}, elsewhere`]
        : ["compressed", filesText(files)];
    case "audit.approved":
      return ["approved", `${String(detail.action)} ${filesText(files)}${reason}`];
    case "audit.hold":
      return detail.action === "add"
        ? ["held", `${holdTermsText(detail)}${reason} (${String(detail.hold)})`]
        : ["released", `${String(detail.hold)}${reason}`];
    default:
      return [event, ""];
  }
}

function filesText(files: readonly Detail[]): string {
  const [lines, bytes] = (["lines", "bytes"] as const).map((name) =>
    files.reduce((sum, file) => sum + Number(file[name] ?? 0), 0),
  );
  const names =
    files.length > 3 ? many(files.length, "file") : files.map(({ file }) => String(file)).join(", ");
  return `${names} (${many(lines!, "line")}, ${bytesInWords(bytes!)})`;
}

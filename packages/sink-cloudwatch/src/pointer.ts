import { createHash } from "node:crypto";
import { type AuditEntry, lineOf } from "@openrouter-audit/core";

/** A text that is longer may be anybody's words, and is in the line. */
const longestText = 256;

/**
 * What stands in the place of a line that is too large for an event: the entry's numbers and short texts, among them its place,
 * its digests and its seal, by their names, so that a query counts it as any other. The member `pointer`, which no entry
 * has, says where the whole line is and what it hashes to.
 *
 * @param eventBytes how large the event would have been
 */
export function pointerTo(entry: AuditEntry, eventBytes: number): string {
  const line = lineOf(entry);
  const isShort = (value: unknown) =>
    typeof value === "string" ? value.length <= longestText : value === null || typeof value !== "object";
  const pointer = {
    event_bytes: eventBytes,
    // Where the whole line is: in the journal of the host that wrote it.
    file: `audit_${entry.recorded_at.slice(0, 10)}*.jsonl*`,
    line_bytes: Buffer.byteLength(line),
    line_sha256: createHash("sha256").update(line).digest("hex"),
  };
  return JSON.stringify({
    ...Object.fromEntries(Object.entries(entry).filter(([, value]) => isShort(value))),
    pointer,
  });
}

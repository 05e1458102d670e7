import { v5 as uuidv5 } from "uuid";
import { nothingMeasured } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft } from "../entry/entry.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => uuid.test(text);
const callEvent = /^[a-z][a-z_]{0,63}$/;

/** What is not taken from the start: it is said anew, or nobody knows. */
const saidAnew = {
  detail: null,
  completion_tokens: null,
  prompt_tokens: null,
  total_tokens: null,
  schema_version: 1,
  status: "unknown",
  error_type: "process_ended",
  log: undefined,
  seq: undefined,
  recorded_at: undefined,
} as const;

/** The type of the entry that a start announced; null when it does not say it as we do. */
export function announcedBy({ detail }: AuditEntry): string | null {
  const type = (detail as { event_type?: unknown } | null)?.event_type;
  return typeof type === "string" && callEvent.test(type) ? type : null;
}

/**
 * The end of a call whose process ended before it. Its id is made from the start's: whoever else writes it writes the same
 * entry. Null for a start that is none of ours. See docs/entry-format.md, "Starts".
 */
export function unknownOf(start: AuditEntry): EntryDraft | null {
  const event_type = announcedBy(start);
  if (event_type === null || !uuid.test(start.id)) return null;
  const own: object = { ...saidAnew, event_type, id: uuidv5("unknown", start.id) };
  // In the order of `nothingMeasured`, and nothing that an entry has no place for.
  return Object.fromEntries(
    Object.entries(nothingMeasured).map(([name, nothing]) => {
      const values = (name in own ? own : start) as Record<string, unknown>;
      return [name, name in values ? values[name] : nothing];
    }),
  ) as unknown as EntryDraft;
}

/** Whether an entry is such an end. An answer cannot look so: what it says of an error has the status `error`. */
export function isProcessEnded({ status, error_type }: AuditEntry): boolean {
  return status === "unknown" && error_type === saidAnew.error_type;
}

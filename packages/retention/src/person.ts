import { AuditError, identifierOf, type JsonObject } from "@openrouter-audit/core";
import type { EntryDraft } from "@openrouter-audit/core/seal";

/** Who does something with a journal. */
export interface Person {
  /** As the application, or the operating system, knows this person: the `user_id` of the entry. */
  readonly id: string;
  /** What named the person, for `attribution.source`. @default "context" */
  readonly source?: string;
  /** On whose behalf, such as a legal department and its case. For information. */
  readonly onBehalfOf?: string;
  readonly metadata?: JsonObject;
}

// Line breaks and the like, and halves of characters, which have no UTF-8.
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The person as an entry has it. @throws AuditError `INVALID_OPTIONS` */
export function draftOf({
  id,
  source = "context",
  onBehalfOf,
  metadata = {},
}: Person): Pick<EntryDraft, "user_id" | "attribution"> & Partial<EntryDraft> {
  const behalf = onBehalfOf === undefined ? {} : { on_behalf_of: oneLine(onBehalfOf, "onBehalfOf") };
  return {
    user_id: identifierOf(oneLine(id, "person")),
    attribution: { how: "authenticated", source },
    metadata: { ...metadata, ...behalf },
  };
}

/** A text that a person wrote, on one line. @throws AuditError `INVALID_OPTIONS` when it is none, or says nothing */
export function oneLine(text: unknown, name: string, most = 256): string {
  const isText = typeof text === "string" && text.trim() !== "";
  if (isText && text.length <= most && !unshowable.test(text)) return text.trim();
  const what = isText ? "it has a line break or another control character, or is too long" : "it is empty";
  throw new AuditError(
    "INVALID_OPTIONS",
    `Option "${name}" is not right: ${what}. It must be one line of 1 to ${most} characters.`,
  );
}

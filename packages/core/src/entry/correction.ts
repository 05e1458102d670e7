import { v5 as uuidv5, validate } from "uuid";
import { AuditError } from "../audit-error.ts";
import { boundedText } from "./bounded-text.ts";
import { systemEntry } from "./draft-entry.ts";
import type { EntryDraft, JsonObject, ServiceFacts } from "./entry.ts";

/** What is known of a call in the two accounts of it. Null: nobody said. */
export interface CorrectedFacts {
  /** US dollars. */
  readonly cost_usd: number | null;
  /** Of the whole prompt. */
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly cancelled: boolean | null;
}

/** What others know better of an entry, for {@link AuditLog.recordCorrection}. docs/reconcile.md, "Corrections". */
export interface Correction {
  /** The `id` of the entry. */
  readonly entry: string;
  readonly generation_id: string;
  /** Who knows it. */
  readonly source: "openrouter";
  readonly recorded: CorrectedFacts;
  readonly found: CorrectedFacts;
}

/** The `id` of the correction of an entry: whoever writes it writes the same one. */
export function correctionId(entry: string): string {
  return uuidv5("corrected", entry);
}

/** The entry that says it. @throws AuditError `INVALID_ENTRY` */
export function draftOfCorrection(correction: Correction, service: ServiceFacts): EntryDraft {
  const { entry, generation_id, source, recorded, found } = correction;
  if (!validate(entry))
    throw new AuditError(
      "INVALID_ENTRY",
      `A correction cannot be recorded: ${JSON.stringify(boundedText(String(entry)))} is no id of an entry.`,
    );
  const detail: JsonObject = {
    entry,
    generation_id: boundedText(generation_id, 256),
    source,
    recorded: factsOf(recorded),
    found: factsOf(found),
  };
  return systemEntry("corrected", service, new Date(), detail, { id: correctionId(entry) });
}

function factsOf({ cost_usd, prompt_tokens, completion_tokens, cancelled }: CorrectedFacts): JsonObject {
  return { cost_usd, prompt_tokens, completion_tokens, cancelled };
}

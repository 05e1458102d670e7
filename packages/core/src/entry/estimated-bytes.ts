import type { EntryDraft } from "./entry.ts";

/** Its names, numbers and short texts. */
const ofEveryDraft = 2048;
const ofEveryMember = 16;

/** About how many bytes of memory a draft takes. Cheap: only what may be large is looked at. */
export function estimatedBytes(draft: EntryDraft): number {
  return (
    ofEveryDraft +
    weightOf(draft.metadata) +
    weightOf(draft.detail) +
    weightOf(draft.parameters) +
    weightOf(draft.policy) +
    weightOf(draft.request) +
    weightOf(draft.routing) +
    weightOf(draft.tools) +
    weightOf(draft.usage_details) +
    weightOf(draft.error_message)
  );
}

function weightOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let weight = 0;
  for (const name in value) {
    weight += ofEveryMember + name.length + weightOf((value as Record<string, unknown>)[name]);
  }
  return weight;
}

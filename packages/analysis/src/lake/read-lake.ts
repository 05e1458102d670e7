import type { AuditEntry, ReadSourceOptions } from "@openrouter-audit/core";
import type { Condition, EntryFilter } from "../filter/entry-filter.ts";
import { query } from "../query/query.ts";

/** The entries of a lake as those of any source: oldest first, each `id` once. */
export async function* readLake(
  directory: string,
  options: ReadSourceOptions = {},
): AsyncGenerator<AuditEntry> {
  const { newest, onSkipped, onGap, signal } = options;
  const told = { ...(onSkipped && { onSkipped }), ...(onGap && { onGap }), ...(signal && { signal }) };
  if (newest === undefined) {
    yield* query(directory, filterOf(options), told);
    return;
  }
  const last: AuditEntry[] = [];
  for await (const entry of query(directory, filterOf(options), {
    ...told,
    order: "-recorded_at",
    limit: newest,
  }))
    last.push(entry);
  yield* last.reverse();
}

function filterOf({
  userId,
  model,
  status,
  eventType,
  since,
  until,
  system,
}: ReadSourceOptions): EntryFilter {
  const conditions: Record<string, Condition | undefined> = {
    user_id: userId,
    model,
    status,
    event_type: eventType,
  };
  const match = Object.fromEntries(
    Object.entries(conditions).filter((each): each is [string, Condition] => each[1] !== undefined),
  );
  return { since, until, system, match };
}

import { nothingMeasured, systemEntry } from "../../../packages/core/dist/entry/draft-entry.js";
import type { EntryDraft } from "../../../packages/core/dist/entry/entry.js";
import { drawCall } from "./month-calls.ts";
import type { Random } from "./random.ts";

/** A video that somebody asks for again and again: each answer after it was made tells what the whole job cost. */
export function jobOfVideo(random: Random, { service, ...like }: EntryDraft, time: number): EntryDraft[] {
  const known = {
    ...nothingMeasured,
    schema_version: 1,
    service,
    status: "success",
    user_id: like.user_id,
  } as object;
  const generation_id = `gen-1790000000-${random.hex(20)}`;
  return [0, 1, 2, 3].map((poll) => {
    const at = time + poll * 1_000;
    return {
      ...known,
      id: random.uuid(at),
      exchange_id: random.uuid(at),
      event_type: poll === 0 ? "video" : "video_status",
      timestamp: new Date(at).toISOString(),
      attribution: like.attribution,
      metadata: {},
      model: "google/veo-3",
      generation_id: poll === 0 ? null : generation_id,
      cost_usd: poll < 2 ? null : 1.25,
      latency_ms: 120.5,
      response_complete: true,
    } as unknown as EntryDraft;
  });
}

/** What a log says when entries were lost. */
export function lostEntries({ service }: EntryDraft, time: number): EntryDraft {
  const [since, until] = [new Date(time - 60_000).toISOString(), new Date(time).toISOString()];
  return systemEntry("gap", service, new Date(time), {
    reason: "journal_unwritable",
    count: 3,
    since,
    until,
  });
}

/** A call as it is recorded by who writes it down before it is sent. */
export function withStart(random: Random, draft: EntryDraft, time: number): EntryDraft[] {
  const hasStart = draft.exchange_id !== null && draft.event_type !== "call_refused";
  return hasStart ? [startOf(random, draft, time), draft] : [draft];
}

function startOf(random: Random, draft: EntryDraft, time: number): EntryDraft {
  return {
    ...(nothingMeasured as object),
    schema_version: 1,
    id: random.uuid(time),
    event_type: "call_started",
    detail: { event_type: draft.event_type },
    timestamp: draft.timestamp,
    service: draft.service,
    user_id: draft.user_id,
    attribution: draft.attribution,
    metadata: draft.metadata,
    exchange_id: draft.exchange_id,
    call_id: draft.call_id,
    model: draft.model,
    status: "unknown",
    prompt_tokens: 0,
    completion_tokens: 0,
    total_tokens: 0,
  } as unknown as EntryDraft;
}

/**
 * What is left of a process that was killed with five calls under way: their starts; the ends that the next process presumes; of
 * one of them the real end, which came after all; entries that the next process wrote again; and three calls that are under way in
 * that when the month is over.
 */
export function afterCrash(random: Random, newest: readonly EntryDraft[], time: number) {
  const call = (at: number) => ({
    ...drawCall(random, nothingMeasured, at),
    event_type: "chat_completion",
    exchange_id: random.uuid(at),
  });
  const open = Array.from({ length: 5 }, (_, index) => call(time - 5_000 + index));
  const running = Array.from({ length: 3 }, (_, index) => call(time + 86_400_000 + index));
  const presumed = open.map((draft) => ({
    ...startOf(random, draft, time),
    event_type: "chat_completion",
    detail: null,
    error_type: "process_ended",
    prompt_tokens: null,
    completion_tokens: null,
    total_tokens: null,
  }));
  return {
    starts: open.map((draft) => startOf(random, draft, time)),
    presumed,
    repeated: newest.slice(0, 3),
    late: open.slice(0, 1),
    running: running.map((draft) => startOf(random, draft, time)),
  };
}

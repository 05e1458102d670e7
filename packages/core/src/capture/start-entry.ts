import type { EntryDraft } from "../entry/entry.ts";
import { startEvent } from "../entry/event-kind.ts";
import type { Attempt } from "./attempts.ts";
import { draftOfExchange, type ExchangeFacts } from "./exchange-entry.ts";
import type { Outcome } from "./outcome.ts";

/** What is known of an exchange before anything is sent. */
export type StartFacts = Pick<
  ExchangeFacts,
  "exchangeId" | "match" | "request" | "asked" | "scope" | "identity" | "begunAt"
> & {
  /** Null when the body can only be read while it is sent: until then nobody can tell what it repeats. */
  readonly attempt: Attempt | null;
};

const nobodyKnows: Outcome = {
  status: "unknown",
  response_complete: null,
  http_status: null,
  error_code: null,
  error_type: null,
  error_message: null,
  unavailable: null,
};

const none = { call_id: "", turn: 0, attempt: 0 };

/** `call_started`: the entry that is to come, as far as it is known. See docs/entry-format.md, "Starts". */
export function draftOfStart(facts: StartFacts, setting: Parameters<typeof draftOfExchange>[1]): EntryDraft {
  const { attempt } = facts;
  const coming = draftOfExchange(
    {
      ...facts,
      attempt: attempt ?? none,
      response: null,
      answer: null,
      rawAnswer: () => null,
      outcome: nobodyKnows,
      isRefused: false,
      latencyMs: null,
      firstTokenMs: null,
      responseBytes: null,
    },
    setting,
  );
  // In place: what is in canonical order is sealed faster.
  return {
    ...coming,
    attempt: attempt?.attempt ?? null,
    call_id: attempt?.call_id ?? null,
    turn: attempt?.turn ?? null,
    detail: { event_type: coming.event_type },
    event_type: startEvent,
    completion_tokens: 0,
    prompt_tokens: 0,
    total_tokens: 0,
  };
}

import { usageOf } from "./answer-usage.ts";
import type { AnswerDescription } from "./endpoint.ts";

/** An answer that says nothing: what endpoints spread before what theirs does say. */
export const silentAnswer: AnswerDescription = {
  model_served: null,
  provider: null,
  generation_id: null,
  finish_reason: null,
  native_finish_reason: null,
  refused: null,
  service_tier: null,
  usage: usageOf(undefined),
  routing: null,
  tools_called: [],
  call_ids: [],
  response: undefined,
  error: null,
};

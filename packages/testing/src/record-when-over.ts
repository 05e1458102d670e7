import type { Answer } from "./answer.ts";
import type { Behaviour } from "./behaviour.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import { generationRecord } from "./generation-record.ts";
import { hashOfCaller } from "./issued-keys.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { requesterOf } from "./requester.ts";
import type { Resolution } from "./resolve-model.ts";
import type { CacheVerdict } from "./response-cache.ts";
import type { Service } from "./service.ts";
import type { Usage } from "./usage.ts";

interface Outcome {
  /** The request in the form of chat completions. */
  readonly chat: ChatRequest;
  readonly answer: ComposedAnswer;
  readonly usage: Usage;
  readonly cache: CacheVerdict;
  readonly resolution: Resolution;
}

/** Makes the function that keeps a generation's record once its answer is over. */
export function recordWhenOver(
  service: Service,
  request: RecordedRequest,
  behaviour: Behaviour,
  { chat, answer, usage, cache, resolution }: Outcome,
): NonNullable<Answer["whenOver"]> {
  const startedAtMs = service.now();
  const failed = behaviour.streamError !== undefined || behaviour.errorInside !== undefined;
  return ({ sent, clientClosed }) => {
    const endedAtMs = service.now();
    // An answer that is not streamed runs, and is paid for, to its end even when nobody waits for it.
    const end = {
      cancelled: clientClosed && chat.stream === true,
      sent,
      latencyMs: behaviour.latencyMs ?? 0,
      durationMs: endedAtMs - startedAtMs,
    };
    const facts = {
      id: answer.id,
      createdAtMs: startedAtMs,
      model: answer.model,
      provider: answer.provider,
      streamed: chat.stream === true,
      finishReason: failed ? "error" : answer.completion.finishReason,
      nativeFinishReason: failed ? "error" : answer.completion.nativeFinishReason,
      usage,
      stopsWhenCancelled: resolution.model.stopsWhenCancelled,
      requester: requesterOf(request.headers, chat.user, chat.session_id),
      cacheSourceId: cache.sourceId,
    };
    const delayMs = behaviour.generationDelayMs ?? service.generationDelayMs;
    service.generations.keep(generationRecord(facts, end), endedAtMs + delayMs, hashOfCaller(request));
  };
}

import type { Answer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { generationRecord } from "../generation-record.ts";
import { hashOfCaller } from "../issued-keys.ts";
import { textOf } from "../json-fields.ts";
import { requesterOf } from "../requester.ts";
import type { CacheVerdict } from "../response-cache.ts";
import type { Generated, Measured, ModalityTask } from "./modality-task.ts";

interface Begun {
  readonly startedAtMs: number;
  readonly cache: CacheVerdict;
}

/** Makes the function that keeps the record of a generation that made no text, once it is over. */
export function keepModalityRecord(
  { service, request, behaviour }: Call,
  task: ModalityTask,
  generated: Omit<Generated, "keep">,
  measured: Measured,
  { startedAtMs, cache }: Begun,
): NonNullable<Answer["whenOver"]> {
  const streamed = task.body.stream === true && generated.model.streams;
  const failed = behaviour.errorInside !== undefined || (streamed && behaviour.streamError !== undefined);
  const facts = {
    id: generated.id,
    apiType: task.apiType,
    createdAtMs: startedAtMs,
    model: generated.servedModel,
    provider: generated.provider,
    streamed,
    finishReason: failed ? "error" : null,
    nativeFinishReason: null,
    usage: generated.usage,
    stopsWhenCancelled: generated.model.stopsWhenCancelled,
    requester: requesterOf(request.headers, textOf(task.body.user), textOf(task.body.session_id)),
    cacheSourceId: cache.sourceId,
    ...(measured.counts && { counts: measured.counts }),
  };
  return ({ sent, clientClosed }) => {
    const endedAtMs = service.now();
    const end = {
      cancelled: clientClosed && streamed,
      sent,
      latencyMs: behaviour.latencyMs ?? 0,
      durationMs: endedAtMs - startedAtMs,
    };
    const delayMs = behaviour.generationDelayMs ?? service.generationDelayMs;
    service.generations.keep(generationRecord(facts, end), endedAtMs + delayMs, hashOfCaller(request));
  };
}

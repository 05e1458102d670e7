import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { type ErrorContext, errorAnswer } from "../error-answer.ts";
import type { ErrorSpecification } from "../error-catalogue.ts";
import { newGenerationId } from "../generation-id.ts";
import { textOf } from "../json-fields.ts";
import { resolveModel } from "../resolve-model.ts";
import { type CacheVerdict, scriptedHit } from "../response-cache.ts";
import { computeUsage, noUsage } from "../usage.ts";
import type { ModalityModel } from "./modality-catalogue.ts";
import { keepModalityRecord } from "./modality-record.ts";
import type { Generated, ModalityTask } from "./modality-task.ts";

/** Answers a request for something other than text: finds its model, measures and prices it, and keeps its record. */
export function answerModality(call: Call, task: ModalityTask): Answer {
  if (task.complaint !== undefined)
    return refuseModality(call, task, { name: "bad_request", message: task.complaint });
  const models = call.service.modalityModels.filter(({ output }) => output === task.output);
  const resolution = resolveModel({ ...task.body, messages: [] }, models, call.behaviour.unavailable);
  if ("error" in resolution) return refuseModality(call, task, resolution.error, resolution.context);

  const { id: modelId } = resolution.model;
  const priced = models.find(({ id }) => id === modelId);
  if (!priced) return refuseModality(call, task, "model_not_found");
  // A variant has the prices it was resolved to, and a free one has none.
  const unitPriceUsd = resolution.strategy === "free" ? 0 : priced.unitPriceUsd;
  return generate(call, task, { ...priced, ...resolution.model, unitPriceUsd });
}

function generate(call: Call, task: ModalityTask, model: ModalityModel): Answer {
  const { service, behaviour } = call;
  const startedAtMs = service.now();
  const id = newGenerationId(startedAtMs, task.idKind);
  const cache = task.cacheable ? lookUp(call, id) : { hit: false, sourceId: null, headers: {} };
  const measured = task.measure(model);
  const usage = cache.hit
    ? noUsage
    : computeUsage({ ...measured, reasoningTokens: 0 }, model, behaviour.usage);
  const generated: Generated = {
    id,
    createdSeconds: Math.floor(startedAtMs / 1000),
    model,
    servedModel: behaviour.model ?? model.id,
    provider: behaviour.provider ?? model.provider,
    usage,
    headers: { "X-Generation-Id": id, ...cache.headers },
    keep: () => keep({ sent: 1, clientClosed: false }),
  };
  const keep = keepModalityRecord(call, task, generated, measured, { startedAtMs, cache });
  const answer = behaviour.errorInside
    ? jsonAnswer(
        200,
        errorAnswer(behaviour.errorInside.error, contextOf(task, model)).body,
        generated.headers,
      )
    : task.tell(generated);
  return task.endsLater ? answer : { ...answer, whenOver: keep };
}

function lookUp({ service, request, behaviour }: Call, id: string): CacheVerdict {
  const scripted = behaviour.cacheHit === true ? {} : behaviour.cacheHit;
  return scripted ? scriptedHit(scripted, id) : service.cache.look(request, id, service.now());
}

const contextOf = (task: ModalityTask, { id, provider }: ModalityModel): ErrorContext => ({
  model: id,
  provider,
  prompt: task.prompt,
});

/** Answers such a request with an error; one that reached the router carries a generation id. */
export function refuseModality(
  { service }: Call,
  task: ModalityTask,
  specification: ErrorSpecification,
  known: ErrorContext = {},
): Answer {
  const asked = textOf(task.body.model);
  const model = service.modalityModels.find(({ id }) => id === asked);
  const about = model ? contextOf(task, model) : { prompt: task.prompt, ...(asked && { model: asked }) };
  const error = errorAnswer(specification, { ...about, ...known });
  const id = newGenerationId(service.now(), task.idKind);
  return errorAsAnswer(error, error.routed ? { "X-Generation-Id": id } : {});
}

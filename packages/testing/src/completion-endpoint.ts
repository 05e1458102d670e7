import { type Answer, eventsAnswer, jsonAnswer } from "./answer.ts";
import type { Behaviour } from "./behaviour.ts";
import { type ChatRequest, lastUserText } from "./chat-request.ts";
import { composeCompletion } from "./compose-completion.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import { countCompletion, countPrompt } from "./count-tokens.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { type ErrorContext, errorAnswer } from "./error-answer.ts";
import { newGenerationId } from "./generation-id.ts";
import { recordWhenOver } from "./record-when-over.ts";
import { refuseCompletion } from "./refuse-completion.ts";
import { type Resolution, resolveModel } from "./resolve-model.ts";
import { scriptedHit } from "./response-cache.ts";
import { routerMetadata, wantsRouterMetadata } from "./router-metadata.ts";
import type { Skin, StreamPlan } from "./skin.ts";
import { computeUsage, noUsage } from "./usage.ts";

/** The endpoint at which completions are asked for in one of their wire forms, to be answered as JSON or as a stream. */
export function completionEndpoint(
  path: string,
  skin: Skin,
  special: Pick<Endpoint, "takesApiKeyHeader"> = {},
): Endpoint {
  const newId = ({ service }: Call) => newGenerationId(service.now());
  return {
    method: "POST",
    path,
    key: "inference",
    ...special,
    answer: (call) => answerCompletion(skin, call, newId(call)),
    refuse: (call, error) => refuseCompletion(skin, call, newId(call), error),
  };
}

function answerCompletion(skin: Skin, call: Call, id: string): Answer {
  const { service, request, behaviour } = call;
  const complaint = skin.complaintAbout(request.body);
  if (complaint) return refuseCompletion(skin, call, id, { name: "bad_request", message: complaint });

  const chat = skin.read(request.body);
  const resolution = resolveModel(chat, service.models, behaviour.unavailable);
  if ("error" in resolution) return refuseCompletion(skin, call, id, resolution.error, resolution.context);
  return succeed(skin, call, chat, resolution, id);
}

function succeed(
  skin: Skin,
  { service, request, behaviour }: Call,
  chat: ChatRequest,
  resolution: Resolution,
  id: string,
): Answer {
  const scripted = behaviour.cacheHit === true ? {} : behaviour.cacheHit;
  const cache = scripted ? scriptedHit(scripted, id) : service.cache.look(request, id, service.now());
  const completion = composeCompletion(chat, resolution.model, behaviour);
  const counted = { promptTokens: countPrompt(chat), ...countCompletion(completion) };
  const usage = cache.hit ? noUsage : computeUsage(counted, resolution.model, behaviour.usage);
  const describe = wantsRouterMetadata(request.headers) && !cache.hit;
  const answer: ComposedAnswer = {
    id,
    createdSeconds: Math.floor(service.now() / 1000),
    provider: behaviour.provider ?? resolution.model.provider,
    model: behaviour.model ?? resolution.model.id,
    completion,
    showReasoning: !chat.reasoning?.exclude,
    usage: behaviour.usageForm === "none" ? null : usage,
    asked: request.body,
    ...(describe && { routerMetadata: routerMetadata(resolution, usage.isByok) }),
  };
  const context = { model: answer.model, provider: answer.provider, prompt: lastUserText(chat) };
  const headers = { "X-Generation-Id": id, ...cache.headers };
  const told = chat.stream
    ? eventsAnswer(skin.events(answer, streamPlan(answer, behaviour, chat, context)), headers)
    : jsonAnswer(200, wholeBody(skin, answer, behaviour, context), headers);
  const outcome = { chat, answer, usage, cache, resolution };
  return { ...told, whenOver: recordWhenOver(service, request, behaviour, outcome) };
}

function wholeBody(
  skin: Skin,
  answer: ComposedAnswer,
  { errorInside, streamError }: Behaviour,
  context: ErrorContext,
): unknown {
  if (errorInside?.form === "envelope")
    return skin.errorBody(errorAnswer(errorInside.error, context).body, answer.id);
  const specification = errorInside?.error ?? streamError?.error;
  const failure = specification === undefined ? undefined : errorAnswer(specification, context).body.error;
  return skin.whole(answer, failure);
}

function streamPlan(
  answer: ComposedAnswer,
  { errorInside, streamError, comments = 1, usageForm = "empty_choices", messagesDone = false }: Behaviour,
  chat: ChatRequest,
  context: ErrorContext,
): StreamPlan {
  const broken = streamError ?? (errorInside && { error: errorInside.error, afterContentChunks: 0 });
  const failure = broken && {
    error: errorAnswer(broken.error, context).body.error,
    afterContentChunks: broken.afterContentChunks ?? 2,
    done: streamError?.done ?? false,
    event: streamError?.event ?? "response.failed",
  };
  const upstreamBody = chat.debug?.echo_upstream_body
    ? { model: answer.model, messages: chat.messages, stream: true }
    : undefined;
  return { comments, usageForm, messagesDone, ...(failure && { failure }), upstreamBody };
}

import { type Answer, eventsAnswer, jsonAnswer } from "./answer.ts";
import type { Behaviour } from "./behaviour.ts";
import { type ChatAnswer, chatResult } from "./chat-answer.ts";
import { type ChatRequest, complaintAbout, lastUserText } from "./chat-request.ts";
import { chatStreamEvents } from "./chat-stream.ts";
import { composeCompletion } from "./compose-completion.ts";
import { countCompletion, countPrompt } from "./count-tokens.ts";
import { type ErrorContext, errorAnswer } from "./error-answer.ts";
import { newGenerationId } from "./generation-id.ts";
import { recordWhenOver } from "./record-when-over.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { refuseChat } from "./refuse-chat.ts";
import { type Resolution, resolveModel } from "./resolve-model.ts";
import { scriptedHit } from "./response-cache.ts";
import { routerMetadata, wantsRouterMetadata } from "./router-metadata.ts";
import type { Service } from "./service.ts";
import { computeUsage, noUsage } from "./usage.ts";

/** Answers `POST /chat/completions`, as JSON or as a stream. */
export function answerChat(service: Service, request: RecordedRequest, behaviour: Behaviour): Answer {
  const id = newGenerationId(service.now());
  const complaint = complaintAbout(request.body);
  if (complaint) return refuseChat(service, request, id, { name: "bad_request", message: complaint });

  const chat = request.body as ChatRequest;
  const resolution = resolveModel(chat, service.models, behaviour.unavailable);
  if ("error" in resolution) return refuseChat(service, request, id, resolution.error, resolution.context);
  return succeed(service, request, behaviour, chat, resolution, id);
}

function succeed(
  service: Service,
  request: RecordedRequest,
  behaviour: Behaviour,
  chat: ChatRequest,
  resolution: Resolution,
  id: string,
): Answer {
  const scripted = behaviour.cacheHit === true ? {} : behaviour.cacheHit;
  const cache = scripted
    ? scriptedHit(scripted, id)
    : service.cache.look(request.headers, request.bodyText, id, service.now());
  const completion = composeCompletion(chat, resolution.model, behaviour);
  const counted = { promptTokens: countPrompt(chat), ...countCompletion(completion) };
  const usage = cache.hit ? noUsage : computeUsage(counted, resolution.model, behaviour.usage);
  const describe = wantsRouterMetadata(request.headers) && !cache.hit;
  const answer: ChatAnswer = {
    id,
    createdSeconds: Math.floor(service.now() / 1000),
    provider: behaviour.provider ?? resolution.model.provider,
    model: behaviour.model ?? resolution.model.id,
    completion,
    showReasoning: !chat.reasoning?.exclude,
    usage: behaviour.usageForm === "none" ? null : usage,
    ...(describe && { routerMetadata: routerMetadata(resolution, usage.isByok) }),
  };
  const context = { model: answer.model, provider: answer.provider, prompt: lastUserText(chat) };
  const headers = { "X-Generation-Id": id, ...cache.headers };
  const told = chat.stream
    ? streamed(answer, behaviour, chat, context, headers)
    : whole(answer, behaviour, context, headers);
  return {
    ...told,
    whenOver: recordWhenOver(service, request, behaviour, { answer, usage, cache, resolution }),
  };
}

function whole(
  answer: ChatAnswer,
  { errorInside, streamError }: Behaviour,
  context: ErrorContext,
  headers: Answer["headers"],
): Answer {
  if (errorInside?.form === "envelope")
    return jsonAnswer(200, errorAnswer(errorInside.error, context).body, headers);
  const specification = errorInside?.error ?? streamError?.error;
  const failure = specification === undefined ? undefined : errorAnswer(specification, context).body.error;
  return jsonAnswer(200, chatResult(answer, failure), headers);
}

function streamed(
  answer: ChatAnswer,
  { errorInside, streamError, comments = 1, usageForm = "empty_choices" }: Behaviour,
  chat: ChatRequest,
  context: ErrorContext,
  headers: Answer["headers"],
): Answer {
  const broken = streamError ?? (errorInside && { error: errorInside.error, afterContentChunks: 0 });
  const failure = broken && {
    error: errorAnswer(broken.error, context).body.error,
    afterContentChunks: broken.afterContentChunks ?? 2,
    done: streamError?.done ?? false,
  };
  const upstreamBody = chat.debug?.echo_upstream_body
    ? { model: answer.model, messages: chat.messages, stream: true }
    : undefined;
  const events = chatStreamEvents(answer, { comments, usageForm, ...(failure && { failure }), upstreamBody });
  return eventsAnswer(events, headers);
}

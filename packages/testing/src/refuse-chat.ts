import { type Answer, errorAsAnswer } from "./answer.ts";
import { type ChatRequest, complaintAbout, lastUserText } from "./chat-request.ts";
import { type ErrorContext, errorAnswer } from "./error-answer.ts";
import { type ErrorSpecification, errorName } from "./error-catalogue.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { resolveModel } from "./resolve-model.ts";
import { routerMetadata, wantsRouterMetadata } from "./router-metadata.ts";
import type { Service } from "./service.ts";

const guardrailStage = {
  type: "guardrail",
  name: "regex_pi_detection",
  guardrail_id: "grd_fake000000000000",
  guardrail_scope: "api-key",
  summary: "Blocked: prompt injection detected (1 pattern matched)",
  data: {
    action: "blocked",
    detected: true,
    engines: ["regex"],
    patterns: ["ignore all previous instructions"],
  },
};

/** Answers a chat request with an error; those that reached the router carry the generation id and, if asked for, metadata. */
export function refuseChat(
  service: Service,
  request: RecordedRequest,
  id: string,
  specification: ErrorSpecification,
  known: ErrorContext = {},
): Answer {
  const chat = complaintAbout(request.body) ? undefined : (request.body as ChatRequest);
  const resolution = chat && resolveModel(chat, service.models);
  const resolved = resolution && "model" in resolution ? resolution : undefined;
  const about = resolved ? { model: resolved.model.id, provider: resolved.model.provider } : {};
  const error = errorAnswer(specification, { ...about, prompt: chat ? lastUserText(chat) : "", ...known });
  if (!error.routed) return errorAsAnswer(error);

  const headers = { "X-Generation-Id": id };
  // A masked error tells nothing about the route it took.
  if (!resolved || error.status === 500 || !wantsRouterMetadata(request.headers))
    return errorAsAnswer(error, headers);
  const metadata = {
    ...routerMetadata(resolved, false, false),
    ...(errorName(specification) === "guardrail" && { pipeline: [guardrailStage] }),
  };
  return errorAsAnswer({ ...error, body: { ...error.body, openrouter_metadata: metadata } }, headers);
}

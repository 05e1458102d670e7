import { type Answer, jsonAnswer } from "./answer.ts";
import { lastUserText } from "./chat-request.ts";
import type { Call } from "./endpoint.ts";
import { type ErrorContext, errorAnswer } from "./error-answer.ts";
import { type ErrorSpecification, errorName } from "./error-catalogue.ts";
import { resolveModel } from "./resolve-model.ts";
import { routerMetadata, wantsRouterMetadata } from "./router-metadata.ts";
import type { Skin } from "./skin.ts";

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

/** Answers with an error; those that reached the router carry the generation id and, if asked for, metadata. */
export function refuseCompletion(
  skin: Skin,
  { service, request }: Call,
  id: string,
  specification: ErrorSpecification,
  known: ErrorContext = {},
): Answer {
  const chat = skin.complaintAbout(request.body) ? undefined : skin.read(request.body);
  const resolution = chat && resolveModel(chat, service.models);
  const resolved = resolution && "model" in resolution ? resolution : undefined;
  const about = resolved ? { model: resolved.model.id, provider: resolved.model.provider } : {};
  const error = errorAnswer(specification, { ...about, prompt: chat ? lastUserText(chat) : "", ...known });
  if (!error.routed) return jsonAnswer(error.status, skin.errorBody(error.body, null), error.headers);

  // A masked error tells nothing about the route it took.
  const describe = resolved && error.status !== 500 && wantsRouterMetadata(request.headers);
  const body = describe
    ? {
        ...error.body,
        openrouter_metadata: {
          ...routerMetadata(resolved, false, false),
          ...(errorName(specification) === "guardrail" && { pipeline: [guardrailStage] }),
        },
      }
    : error.body;
  return jsonAnswer(error.status, skin.errorBody(body, id), { ...error.headers, "X-Generation-Id": id });
}

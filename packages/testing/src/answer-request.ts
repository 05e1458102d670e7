import { activityRows } from "./activity-rows.ts";
import { type Answer, errorAsAnswer, jsonAnswer, rawAnswer } from "./answer.ts";
import { answerChat } from "./answer-chat.ts";
import { answerModels } from "./answer-models.ts";
import { authenticate } from "./authenticate.ts";
import type { Behaviour } from "./behaviour.ts";
import { errorAnswer } from "./error-answer.ts";
import type { ErrorSpecification } from "./error-catalogue.ts";
import { keyDetails } from "./key-details.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { Service } from "./service.ts";

const refuse = (specification: ErrorSpecification) => errorAsAnswer(errorAnswer(specification));

/** Finds the endpoint a request is meant for, checks the key it needs, and answers. */
export function answerRequest(service: Service, request: RecordedRequest, behaviour: Behaviour): Answer {
  const { raw, error } = behaviour;
  if (raw) return rawAnswer(raw.status ?? 200, raw.headers ?? {}, raw.body ?? []);

  const url = new URL(request.url, "http://127.0.0.1");
  if (!url.pathname.startsWith("/api/v1/")) return refuse("not_found");
  const endpoint = `${request.method} ${url.pathname.slice("/api/v1".length)}`;
  const listing = answerModels(service, endpoint);
  if (listing) return error === undefined ? listing : refuse(error);

  const identity = authenticate(request.headers.authorization, service.keys);
  if ("error" in identity) return refuse(identity.error);
  const { key, kind } = identity;
  if (endpoint === "POST /chat/completions") {
    const message = "Management keys cannot be used to make API calls to completion endpoints";
    return kind === "inference"
      ? answerChat(service, request, behaviour)
      : refuse({ name: "management_key_required", message });
  }
  if (error !== undefined) return refuse(error);

  const { generations, now } = service;
  switch (endpoint) {
    case "GET /key":
      return jsonAnswer(200, { data: keyDetails(key, kind, generations.spentUsd()) });
    case "GET /generation":
      return answerGeneration(service, url.searchParams.get("id"));
    case "GET /credits":
      if (kind !== "management") return refuse("management_key_required");
      return jsonAnswer(200, {
        data: { total_credits: service.creditsUsd, total_usage: generations.spentUsd() },
      });
    case "GET /activity":
      if (kind !== "management") return refuse("management_key_required");
      return jsonAnswer(200, { data: activityRows(generations.all(), now(), url.searchParams.get("date")) });
    default:
      return refuse("not_found");
  }
}

function answerGeneration({ generations, now }: Service, id: string | null): Answer {
  if (!id) return refuse({ name: "bad_request", message: "id: expected a generation id" });
  const record = generations.find(id, now());
  return record
    ? jsonAnswer(200, { data: record })
    : refuse({ name: "not_found", message: `Generation ${id} not found` });
}

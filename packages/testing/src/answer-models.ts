import { type Answer, errorAsAnswer, jsonAnswer } from "./answer.ts";
import { errorAnswer } from "./error-answer.ts";
import { endpointListing, modelListing } from "./model-listing.ts";
import type { Service } from "./service.ts";

/** Answers the public listings of models, which need no key; `undefined` for every other endpoint. */
export function answerModels({ models }: Service, endpoint: string): Answer | undefined {
  if (endpoint === "GET /models" || endpoint === "GET /models/user") {
    return jsonAnswer(200, {
      data: models.map(modelListing),
      links: { next: null },
      total_count: models.length,
    });
  }
  if (endpoint === "GET /models/count") return jsonAnswer(200, { data: { count: models.length } });

  const [, one, many, suffix] = /^GET \/(?:model\/(.+)|models\/(.+?)(\/endpoints)?)$/.exec(endpoint) ?? [];
  const wanted = one ?? many;
  if (wanted === undefined) return undefined;
  const id = decodeURIComponent(wanted);
  const found = models.find((model) => model.id === id);
  if (!found) return errorAsAnswer(errorAnswer({ name: "not_found", message: `Model ${id} not found` }));
  return jsonAnswer(200, { data: suffix ? endpointListing(found) : modelListing(found) });
}

import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";
import type { CatalogueModel } from "../model-catalogue.ts";
import { endpointListing, modelListing } from "../model-listing.ts";

function answerList({ service: { models } }: Call): Answer {
  return jsonAnswer(200, {
    data: models.map(modelListing),
    links: { next: null },
    total_count: models.length,
  });
}

function answerOne({ service, parameters }: Call, listing: (model: CatalogueModel) => unknown): Answer {
  const found = service.models.find((model) => model.id === parameters.id);
  if (!found)
    return errorAsAnswer(errorAnswer({ name: "not_found", message: `Model ${parameters.id} not found` }));
  return jsonAnswer(200, { data: listing(found) });
}

const listing = (path: string, answer: Endpoint["answer"]): Endpoint => ({
  method: "GET",
  path,
  key: "none",
  answer,
});

/** The models, all of them or those a user's settings leave, which are all of them too. */
export const listModels = [listing("/api/v1/models", answerList), listing("/api/v1/models/user", answerList)];

export const countModels = listing("/api/v1/models/count", ({ service }) =>
  jsonAnswer(200, { data: { count: service.models.length } }),
);

/** One model, by OpenRouter's path and by the one of OpenAI's clients. */
export const readModel = ["/api/v1/model/{+id}", "/api/v1/models/{+id}"].map((path) =>
  listing(path, (call) => answerOne(call, modelListing)),
);

/** The endpoints of one model. */
export const readModelEndpoints = listing("/api/v1/models/{+id}/endpoints", (call) =>
  answerOne(call, endpointListing),
);

import { jsonAnswer } from "../answer.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import type { ModalityModel, OutputModality } from "../modalities/modality-catalogue.ts";
import {
  embeddingModelListing,
  imageModelListing,
  videoModelListing,
} from "../modalities/modality-listing.ts";

const listing = (
  path: string,
  output: OutputModality,
  tell: (models: readonly ModalityModel[]) => unknown,
): Endpoint => ({
  method: "GET",
  path,
  key: "none",
  answer: ({ service }: Call) =>
    jsonAnswer(200, tell(service.modalityModels.filter((model) => model.output === output))),
});

/** The models for embeddings, for images and for videos, each in a form of its own. */
export const listModalityModels = [
  listing("/api/v1/embeddings/models", "embeddings", (models) => ({
    data: models.map(embeddingModelListing),
    links: { next: null },
    total_count: models.length,
  })),
  listing("/api/v1/images/models", "image", (models) => ({ data: models.map(imageModelListing) })),
  listing("/api/v1/videos/models", "video", (models) => ({ data: models.map(videoModelListing) })),
];

import { modelListing } from "../model-listing.ts";
import type { ModalityModel } from "./modality-catalogue.ts";

const inputs = ({ images }: ModalityModel) => (images ? ["text", "image"] : ["text"]);

/** A model as `GET /embeddings/models` lists it. */
export function embeddingModelListing(model: ModalityModel) {
  const listing = modelListing(model);
  const architecture = {
    ...listing.architecture,
    modality: "text->embeddings",
    output_modalities: ["embeddings"],
  };
  return { ...listing, architecture, supported_parameters: [] };
}

/** A model as `GET /images/models` lists it. */
export function imageModelListing(model: ModalityModel) {
  const { id, name, created, description } = modelListing(model);
  return {
    id,
    name,
    description,
    created,
    architecture: { input_modalities: inputs(model), output_modalities: ["image"] },
    supported_parameters: { n: { type: "range", min: 1, max: 10 } },
    supports_streaming: model.streams,
    endpoints: `/api/v1/images/models/${id}/endpoints`,
  };
}

/** A model as `GET /videos/models` lists it. */
export function videoModelListing(model: ModalityModel) {
  const { id, canonical_slug, name, created, description } = modelListing(model);
  return {
    id,
    canonical_slug,
    hugging_face_id: null,
    name,
    created,
    description,
    supported_resolutions: ["720p", "1080p"],
    supported_aspect_ratios: ["16:9", "9:16"],
    supported_sizes: ["1280x720", "1920x1080"],
    supported_durations: null,
    supported_frame_images: ["first_frame", "last_frame"],
    generate_audio: true,
    seed: true,
    creativity: null,
    upscale_factor: null,
    pricing_skus: { "per-video-second": String(model.unitPriceUsd) },
    allowed_passthrough_parameters: [],
  };
}

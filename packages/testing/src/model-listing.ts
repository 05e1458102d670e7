import type { CatalogueModel } from "./model-catalogue.ts";

// November 2025, so that listings are the same on every run.
const createdSeconds = 1_762_000_000;
const parameters = [
  "max_tokens",
  "temperature",
  "top_p",
  "stop",
  "seed",
  "tools",
  "tool_choice",
  "response_format",
];
const priceText = (usd: number) => usd.toFixed(12).replace(/0+$/, "").replace(/\.$/, "");

const pricing = (model: CatalogueModel) => ({
  prompt: priceText(model.promptPriceUsd),
  completion: priceText(model.completionPriceUsd),
  request: "0",
  image: "0",
});

const architecture = (model: CatalogueModel) => ({
  modality: model.images ? "text+image->text" : "text->text",
  input_modalities: model.images ? ["text", "image"] : ["text"],
  output_modalities: ["text"],
  tokenizer: model.tokenizer,
  instruct_type: null,
});

const supportedParameters = (model: CatalogueModel) =>
  model.reasons ? [...parameters, "reasoning", "include_reasoning"] : parameters;

/** A model as `GET /models` lists it. */
export function modelListing(model: CatalogueModel) {
  return {
    id: model.id,
    canonical_slug: model.id,
    hugging_face_id: null,
    name: model.name,
    created: createdSeconds,
    description: `${model.name}, as a fake server imitates it.`,
    context_length: model.contextLength,
    architecture: architecture(model),
    pricing: pricing(model),
    top_provider: { context_length: model.contextLength, max_completion_tokens: null, is_moderated: false },
    per_request_limits: null,
    supported_parameters: supportedParameters(model),
    supported_voices: null,
    default_parameters: null,
    expiration_date: null,
    links: { details: `/api/v1/models/${model.id}/endpoints` },
  };
}

/** The endpoints of a model, as `GET /models/{author}/{slug}/endpoints` lists them. */
export function endpointListing(model: CatalogueModel) {
  return {
    id: model.id,
    name: model.name,
    created: createdSeconds,
    description: `${model.name}, as a fake server imitates it.`,
    architecture: architecture(model),
    endpoints: [
      {
        name: `${model.provider} | ${model.id}`,
        model_id: model.id,
        model_name: model.name,
        context_length: model.contextLength,
        pricing: pricing(model),
        provider_name: model.provider,
        tag: model.provider.toLowerCase(),
        quantization: "unknown",
        max_completion_tokens: null,
        max_prompt_tokens: null,
        supported_parameters: supportedParameters(model),
        supports_implicit_caching: false,
        supports_tool_choice: { auto: true, function: true, none: true, required: true },
        status: 0,
        uptime_last_5m: 100,
        uptime_last_30m: 100,
        uptime_last_1d: 100,
        latency_last_30m: null,
        throughput_last_30m: null,
      },
    ],
  };
}

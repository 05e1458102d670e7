import type { CatalogueModel } from "../model-catalogue.ts";

/** What a model makes instead of text, in OpenRouter's words. */
export type OutputModality = "embeddings" | "rerank" | "image" | "speech" | "transcription" | "video";

/** A model that answers with something other than text. */
export interface ModalityModel extends CatalogueModel {
  readonly output: OutputModality;
  /**
   * Price in US dollars of what is not counted in tokens: a search, a character of speech, a second of audio or video.
   */
  readonly unitPriceUsd: number;
  /** Length of an embedding. */
  readonly dimensions: number;
  /** Whether images can be streamed while they are made. */
  readonly streams: boolean;
}

type Essentials = Pick<ModalityModel, "id" | "name" | "provider" | "output">;

const model = (essentials: Essentials, differing: Partial<ModalityModel>): ModalityModel => ({
  tokenizer: "Other",
  contextLength: 8192,
  promptPriceUsd: 0,
  completionPriceUsd: 0,
  unitPriceUsd: 0,
  dimensions: 0,
  reasons: false,
  images: false,
  free: false,
  streams: false,
  zeroDataRetention: true,
  trains: false,
  stopsWhenCancelled: true,
  native: { stop: "stop", length: "length", tool_calls: "tool_calls" },
  ...essentials,
  ...differing,
});

/** The models that make no text, unless the server was started with others. Names are real, prices only plausible. */
export const modalityCatalogue: readonly ModalityModel[] = [
  model(
    {
      id: "openai/text-embedding-3-small",
      name: "OpenAI: Text Embedding 3 Small",
      provider: "OpenAI",
      output: "embeddings",
    },
    { promptPriceUsd: 0.000_000_02, dimensions: 1536 },
  ),
  model(
    {
      id: "mistralai/mistral-embed-2312",
      name: "Mistral: Mistral Embed 2312",
      provider: "Mistral",
      output: "embeddings",
    },
    { promptPriceUsd: 0.000_000_1, dimensions: 1024, zeroDataRetention: false },
  ),
  model(
    { id: "cohere/rerank-v3.5", name: "Cohere: Rerank v3.5", provider: "Cohere", output: "rerank" },
    { unitPriceUsd: 0.002, contextLength: 4096 },
  ),
  model(
    { id: "openai/gpt-image-1", name: "OpenAI: GPT Image 1", provider: "OpenAI", output: "image" },
    { promptPriceUsd: 0.000_005, completionPriceUsd: 0.000_04, images: true, streams: true },
  ),
  model(
    {
      id: "bytedance-seed/seedream-4.5",
      name: "ByteDance Seed: Seedream 4.5",
      provider: "Seed",
      output: "image",
    },
    { unitPriceUsd: 0.04, images: true },
  ),
  model(
    {
      id: "openai/gpt-4o-mini-tts-2025-12-15",
      name: "OpenAI: GPT-4o Mini TTS",
      provider: "OpenAI",
      output: "speech",
    },
    { unitPriceUsd: 0.000_012 },
  ),
  model(
    { id: "openai/whisper-1", name: "OpenAI: Whisper 1", provider: "OpenAI", output: "transcription" },
    { unitPriceUsd: 0.0001 },
  ),
  model(
    { id: "google/veo-3.1", name: "Google: Veo 3.1", provider: "Google", output: "video" },
    { unitPriceUsd: 0.5, images: true },
  ),
];

import type { KnownKeys } from "./authenticate.ts";
import type { AuthorizationCode } from "./authorization-code.ts";
import type { BatchJob } from "./batches/batch-job.ts";
import type { StoredFile } from "./files/file-shapes.ts";
import type { GenerationStore } from "./generation-store.ts";
import type { Fields } from "./json-fields.ts";
import type { ModalityModel } from "./modalities/modality-catalogue.ts";
import type { VideoJob } from "./modalities/video-job.ts";
import type { CatalogueModel } from "./model-catalogue.ts";
import type { ResponseCache } from "./response-cache.ts";

/** The state behind one server, which its endpoints share. */
export interface Service {
  readonly keys: KnownKeys;
  readonly models: readonly CatalogueModel[];
  readonly modalityModels: readonly ModalityModel[];
  readonly generations: GenerationStore;
  readonly cache: ResponseCache;
  /** These by their ids, keys and guardrails as they are told. */
  readonly videos: Map<string, VideoJob>;
  readonly batches: Map<string, BatchJob>;
  readonly files: Map<string, StoredFile>;
  readonly byokKeys: Map<string, Fields>;
  readonly guardrails: Map<string, Fields>;
  readonly authorizationCodes: Map<string, AuthorizationCode>;
  readonly generationDelayMs: number;
  readonly creditsUsd: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

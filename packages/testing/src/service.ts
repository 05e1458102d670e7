import type { KnownKeys } from "./authenticate.ts";
import type { GenerationStore } from "./generation-store.ts";
import type { CatalogueModel } from "./model-catalogue.ts";
import type { ResponseCache } from "./response-cache.ts";

/** The state behind one server, which its endpoints share. */
export interface Service {
  readonly keys: KnownKeys;
  readonly models: readonly CatalogueModel[];
  readonly generations: GenerationStore;
  readonly cache: ResponseCache;
  readonly generationDelayMs: number;
  readonly creditsUsd: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

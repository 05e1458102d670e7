import type { Behaviour } from "./behaviour.ts";
import type { GenerationRecord } from "./generation-record.ts";
import type { ModalityModel } from "./modalities/modality-catalogue.ts";
import type { CatalogueModel } from "./model-catalogue.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { Script } from "./script.ts";

/** How the fake server is started. */
export interface FakeOpenRouterOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** What to do with each request. @default answer all of them well */
  readonly script?: Script;
  /** The only inference keys accepted. @default every key that begins with `sk-or-v1-` */
  readonly apiKeys?: readonly string[];
  /** Keys for what only an account may do: its credits, activity, keys, guardrails. They cannot be used for inference. @default none */
  readonly managementKeys?: readonly string[];
  /** The models that exist. @default `modelCatalogue` */
  readonly models?: readonly CatalogueModel[];
  /** The models that exist for embeddings, reranking, images, speech and video. @default `modalityCatalogue` */
  readonly modalityModels?: readonly ModalityModel[];
  /** Time from the end of an answer until `GET /generation` knows it, in milliseconds of `now`. @default 200 */
  readonly generationDelayMs?: number;
  /** Credits bought, in US dollars, for `GET /credits`. @default 100 */
  readonly creditsUsd?: number;
  /** The server's clock, in milliseconds since 1970; it dates answers and records. @default Date.now */
  readonly now?: () => number;
}

/** A running fake server. */
export interface FakeOpenRouter extends AsyncDisposable {
  /** The base URL for clients, ending in `/api/v1`. */
  readonly url: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly port: number;
  /** Every request so far, in order of arrival, also those that were refused. */
  readonly requests: readonly RecordedRequest[];
  /** The record of every generation whose answer is over, also those `GET /generation` does not show yet. */
  readonly generations: readonly GenerationRecord[];

  /**
   * Keeps the record of a call that nobody made here: what `GET /generation` and `GET /activity` tell is as if it had been made. Tests
   * that compare accounts need many of them.
   *
   * @param record what is not said is as of a small completion that went well, at this moment
   * @param kept when `GET /generation` knows it (in milliseconds of `now`), and the key it was made with. @default at once, none
   */
  keepGeneration(
    record: Pick<GenerationRecord, "id"> & Partial<GenerationRecord>,
    kept?: { readonly visibleAtMs?: number; readonly apiKey?: string },
  ): void;
  /** Replaces the script. */
  script(script: Script): void;
  /** Decides about the next requests, one behaviour each, ahead of the script. */
  next(...behaviours: readonly Behaviour[]): void;
  /** Resolves once so many requests have arrived since the start. */
  received(count: number): Promise<void>;
  /** Resolves once no request is being answered any more. One that stalled counts as answered. */
  settled(): Promise<void>;
  /** Closes the server and every connection, at once. May be called again. */
  close(): Promise<void>;
}

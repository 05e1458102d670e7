import type { CallParameters, RoutingPolicy } from "../entry/entry.ts";

/** What a request body says, in the words of the entry. */
export interface RequestDescription {
  readonly model: string | null;
  readonly stream: boolean;
  readonly claimed_user: string | null;
  readonly parameters: CallParameters;
  readonly policy: RoutingPolicy | null;
  readonly tools_offered: readonly string[];
  /** What the prompt digest is made over; undefined for the raw body. */
  readonly prompt: unknown;
}

/** What an answer says, as far as it was seen. */
export interface AnswerDescription {
  readonly model_served: string | null;
  readonly provider: string | null;
  readonly generation_id: string | null;
  readonly finish_reason: string | null;
  readonly native_finish_reason: string | null;
  readonly service_tier: string | null;
  readonly usage: AnswerUsage;
  readonly tools_called: readonly string[];
  /** What the response digest is made over; undefined when there was no output. */
  readonly response: unknown;
  readonly error: AnswerError | null;
}

export interface AnswerUsage {
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: number | null;
  readonly is_byok: boolean | null;
  readonly upstream_cost_usd: number | null;
}

export interface AnswerError {
  readonly code: number | string | null;
  readonly type: string | null;
  readonly message: string | null;
}

/** Reads one answer as it passes. */
export interface AnswerReader {
  /** Bodies longer than this are passed on unread; only streams are read whatever their length. */
  readonly longestBody: number;
  /** The whole body of an answer that is no stream. */
  json(body: unknown): void;
  /** The data of one server-sent event. */
  event(data: string): void;
  /** Whether the model has said anything yet. */
  readonly begun: boolean;
  /** Whether nothing of interest can follow. */
  readonly ended: boolean;
  describe(): AnswerDescription;
}

/** How one endpoint speaks. Adding an endpoint is one file with this shape, and its line in endpoints.ts. */
export interface Endpoint {
  readonly eventType: string;
  /** @param path below the API's base: `/chat/completions` */
  matches(method: string, path: string): boolean;
  /** Null for an endpoint of whose bodies nothing is kept. */
  describeRequest(body: unknown): RequestDescription | null;
  readAnswer(): AnswerReader;
}

import type { CallParameters, Routing, RoutingPolicy, Unavailable, UsageDetails } from "../../entry/entry.ts";
import type { Fields } from "./json-fields.ts";

/** What a request body says, in the words of the entry. */
export interface RequestDescription {
  readonly model: string | null;
  /** Every model that it names, in whatever place; more than 128 are not all there. */
  readonly models: readonly string[];
  readonly stream: boolean | null;
  readonly claimed_user: string | null;
  readonly parameters: CallParameters;
  readonly policy: RoutingPolicy | null;
  readonly tools_offered: readonly string[];
  /** The first thing said in the conversation: the same in every turn of it. Undefined when there are no turns. */
  readonly opening: unknown;
  /** The ids of the tool calls whose results the request carries: it goes on where the answer with those calls ended. */
  readonly answered_calls: readonly string[];
  /** What the prompt digest is made over; undefined for the raw body, and of a form for its parts. */
  readonly prompt: unknown;
}

/** What an answer says, as far as it was seen. */
export interface AnswerDescription {
  readonly model_served: string | null;
  readonly provider: string | null;
  readonly generation_id: string | null;
  readonly finish_reason: string | null;
  readonly native_finish_reason: string | null;
  readonly refused: boolean | null;
  readonly service_tier: string | null;
  readonly usage: AnswerUsage;
  readonly routing: Routing | null;
  readonly tools_called: readonly string[];
  /** The ids under which the results of the called tools will come back. */
  readonly call_ids: readonly string[];
  /** What the response digest is made over; undefined when there was no output. Long texts in it are digests already. */
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
  readonly usage_details: UsageDetails | null;
  readonly cost_usd: number | null;
  readonly is_byok: boolean | null;
  readonly upstream_cost_usd: number | null;
}

export interface AnswerError {
  readonly code: number | string | null;
  readonly type: string | null;
  readonly message: string | null;
  /** Why no endpoint was there for the model. */
  readonly unavailable: Unavailable | null;
}

/** Reads one answer as it passes. */
export interface AnswerReader {
  /** The whole body of an answer that is JSON. */
  json(body: unknown): void;
  /**
   * The data of one server-sent event.
   *
   * @param bytes all those of the event, if they are at hand; they stay the caller's
   */
  event(data: string, bytes?: Buffer): void;
  /**
   * Reads the event that begins at `start` if it is the one before over again but for a piece that it adds, and says
   * where it ends. Returns -1, and has read nothing, when that has to be given to `event`.
   */
  goOn?(bytes: Uint8Array, start: number): number;
  /** The body, of whatever kind, came to its end in order. */
  end(): void;
  /** Whether the model has said anything yet. */
  readonly begun: boolean;
  /** Whether the answer said all it had to say, and nothing of interest can follow. */
  readonly ended: boolean;
  /** Whether the answer is a file: its bytes are digested as they pass, and never kept or parsed. Default false. */
  readonly isFile?: boolean;
  describe(): AnswerDescription;
}

/** How one endpoint speaks. Adding an endpoint is one file with this shape, and its line in endpoints.ts. */
export interface Endpoint {
  readonly eventType: string;
  /**
   * Methods and paths below the API's base: `POST /videos`, `GET /videos/{}/content`, `* /workspaces/** members`. `{}` is
   * one segment, the method `*` any. `/**` at the end of a path stands for the path before it and all below it; of the
   * segments there, those among the words that follow are kept in the entry's `endpoint`, all others become `{id}`.
   */
  readonly routes: readonly string[];
  /** Whether a call may cost money. */
  readonly mayCost: boolean;
  /** Whether a call gives something away though it costs nothing: a policy decides about it all the same. @default false */
  readonly givesAway?: boolean;
  /**
   * What the members of the JSON body, or the text fields of the form, say. Null: nothing of the request's body is kept,
   * and no digest of either.
   */
  readonly describeRequest: ((body: Fields) => RequestDescription) | null;
  /** @param httpStatus of the answer. Default 200 */
  readAnswer(httpStatus?: number): AnswerReader;
}

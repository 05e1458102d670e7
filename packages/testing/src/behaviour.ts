import type { ErrorSpecification } from "./error-catalogue.ts";

/** Where an answer breaks off: before its headers, after so many body bytes, or after so many writes of the body. */
export type Interruption =
  | "before_headers"
  | { readonly afterBytes: number }
  | { readonly afterChunks: number };

/** One tool call of a scripted answer. Arguments that are not text are serialised as JSON. */
export interface ScriptedToolCall {
  readonly name: string;
  readonly arguments: string | Readonly<Record<string, unknown>>;
  /** @default "call_" and digits derived from the call's place */
  readonly id?: string;
}

/** Token counts are whole numbers, money is in US dollars. What is left out is computed from the texts and the price table. */
export interface ScriptedUsage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly reasoningTokens?: number;
  readonly cachedTokens?: number;
  readonly costUsd?: number;
  readonly upstreamCostUsd?: number | null;
  readonly isByok?: boolean;
}

/**
 * The three forms in which a stream's usage has been seen: in a chunk without choices, in a chunk with an empty delta,
 * or in a chunk that repeats the finish reason. `none` leaves it out, as happens when a stream breaks; `/responses` and `/messages`
 * know no other difference.
 */
export type UsageForm = "empty_choices" | "empty_delta" | "repeated_finish" | "none";

/** An error inside a stream that has already begun with HTTP status 200. */
export interface StreamError {
  readonly error: ErrorSpecification;
  /** Content chunks sent before the error. @default 2 */
  readonly afterContentChunks?: number;
  /** Whether `data: [DONE]` follows the error; OpenRouter does not document it. @default false */
  readonly done?: boolean;
  /** The event that tells it on `/responses`, which documents all three. @default "response.failed" */
  readonly event?: "response.failed" | "response.error" | "error";
}

/**
 * A status of 200 whose body reports an error: instead of choices, or in a choice beside the partial text. On `/responses`
 * the second is a response that has failed; `/messages` knows only the first.
 */
export interface ErrorInside {
  readonly form: "envelope" | "choice";
  readonly error: ErrorSpecification;
}

/** The hit a scripted answer claims to come from. */
export interface CacheHit {
  /** @default 12 */
  readonly ageSeconds?: number;
  /** What is left of its life. @default the age taken from 300 */
  readonly ttlSeconds?: number;
  /** Generation id of the answer that was stored. @default an id of the right form */
  readonly sourceId?: string;
}

/** Full control over one answer: nothing is added to it, and neither key nor request is looked at. */
export interface RawAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each element of a list is one write. @default empty */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

/** How the bytes of an answer travel. These fields combine with every kind of answer, `raw` included. */
export interface Transport {
  /** Time before the headers, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** Time between two writes of the body, in milliseconds. @default 0 */
  readonly chunkDelayMs?: number;
  /**
   * Bytes in each write, whatever events or characters they cut or join; a list is gone through again and again.
   * @default one write for each event, or for the whole JSON body
   */
  readonly chunkBytes?: number | readonly number[];
  /** Falls silent there and keeps the connection open until the client leaves or the server closes. */
  readonly stall?: Interruption;
  /** Resets the connection there. */
  readonly reset?: Interruption;
  /** Compresses the body, when the request accepts gzip. @default false */
  readonly gzip?: boolean;
  /** Added to the answer's headers, or put in place of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What the model says and how OpenRouter reports it, in every wire form. Answers that are no completions look at `model`,
 * `provider`, `usage`, `unavailable` and `generationDelayMs`, and where they have it at `text`, `comments` and `cacheHit`.
 */
export interface Completion {
  /** @default derived from the last message */
  readonly text?: string;
  /** @default a sentence when the request asks for reasoning and the model can, otherwise nothing */
  readonly reasoning?: string;
  /** @default one call when the request offers function tools and does not end with a tool's result */
  readonly toolCalls?: readonly ScriptedToolCall[];
  readonly finishReason?: "stop" | "length" | "tool_calls" | "content_filter" | "error" | null;
  readonly nativeFinishReason?: string | null;
  /** The model that is reported as having served the request. */
  readonly model?: string;
  readonly provider?: string;
  readonly usage?: ScriptedUsage;
  /** @default "empty_choices" */
  readonly usageForm?: UsageForm;
  /**
   * Whether `event: data` with `[DONE]` follows the last event of a `/messages` stream, as has been seen with OpenRouter;
   * Anthropic's own client fails on it. @default false
   */
  readonly messagesDone?: boolean;
  /** Keep-alive comments at the start of a stream. @default 1 */
  readonly comments?: number;
  readonly cacheHit?: boolean | CacheHit;
  /** Models that fail upstream, so that the request's `models` are tried next. */
  readonly unavailable?: readonly string[];
  /** Time between the end of this answer and the record under `GET /generation`, in milliseconds. @default the server's */
  readonly generationDelayMs?: number;
}

/**
 * What the server does with one request. Every field may be left out, and they combine: a slow, compressed stream cut
 * into three-byte writes that resets after forty bytes is one object.
 */
export interface Behaviour extends Transport, Completion {
  /** An HTTP error from the catalogue, instead of an answer. Keys are still checked first. */
  readonly error?: ErrorSpecification;
  /** For answers that are not streamed; a stream reports the same error before its first content. */
  readonly errorInside?: ErrorInside;
  /** For streams; an answer that is not streamed reports the same error in its choice. */
  readonly streamError?: StreamError;
  /** Lets a video or a batch be accepted and fail later, for this reason. */
  readonly jobFailure?: string;
  readonly raw?: RawAnswer;
}

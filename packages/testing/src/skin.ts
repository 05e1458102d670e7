import type { StreamError, UsageForm } from "./behaviour.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import type { ErrorAnswer, ErrorObject } from "./error-answer.ts";

/** How a stream is to be told. */
export interface StreamPlan {
  readonly comments: number;
  readonly usageForm: UsageForm;
  readonly failure?: {
    readonly error: ErrorObject;
    readonly afterContentChunks: number;
    readonly done: boolean;
    readonly event: NonNullable<StreamError["event"]>;
  };
  /** The request as the provider gets it, for a request that asked to see it. */
  readonly upstreamBody?: unknown;
  /** Whether `[DONE]` ends a stream of messages. */
  readonly messagesDone?: boolean;
}

/** One of the wire forms in which a completion can be asked for and told; behind all of them is the same completion. */
export interface Skin {
  /** What is wrong with a body, or `undefined`. Only bodies without a complaint are read. */
  complaintAbout(body: unknown): string | undefined;
  /** The chat request that asks for the same. */
  read(body: unknown): ChatRequest;
  /** The body of an answer that is not streamed. With `failure` it reports that error, where it can beside what was said before. */
  whole(answer: ComposedAnswer, failure?: ErrorObject): unknown;
  /** The events of a streamed answer, in order, each ending in its blank line: keep-alive comments first. */
  events(answer: ComposedAnswer, plan: StreamPlan): string[];
  /** The body of an error; the generation id is `null` for one that did not reach the router. */
  errorBody(body: ErrorAnswer["body"], generationId: string | null): unknown;
}

/** The keep-alive comments that streams begin with. */
export function keepAliveComments(count: number): string[] {
  return Array.from({ length: count }, () => ": OPENROUTER PROCESSING\n\n");
}

/** The stable `error_type` of an error. */
export function errorType({ metadata }: ErrorObject): string {
  return String(metadata?.error_type ?? "unmapped");
}

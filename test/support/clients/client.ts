import type { Fetch } from "@openrouter-audit/core";
import type { Body, OperationName } from "./operations.ts";

/** A call that any client makes in its own words. */
export interface Call {
  readonly fetch: Fetch;
  /** The host, without a slash at its end. */
  readonly origin: string;
  readonly body: Body;
  readonly signal: AbortSignal;
  /** What stands for `{id}` in the path of the operation. @default "" */
  readonly id?: string;
}

type Whole = (call: Call) => Promise<unknown>;
type Streamed = (call: Call) => Promise<AsyncIterable<unknown>>;

/** One way to call OpenRouter. */
export interface Client {
  readonly name: string;
  /** Whether it passes on whatever the body holds: what it has no name for too. */
  readonly takesAnyBody: boolean;
  /** The HTTP statuses it calls again for. */
  readonly retries: (status: number) => boolean;
  /** The streams that it neither reads on nor cancels when the application leaves them, with any fetch. */
  readonly holdsOn?: readonly OperationName[];
  /** The operations that take no signal. */
  readonly cannotAbort?: readonly OperationName[];
  /** The operations that it has. */
  readonly whole: Readonly<Partial<Record<OperationName, Whole>>>;
  readonly stream: Readonly<Partial<Record<OperationName, Streamed>>>;
}

/** The statuses that openai, Anthropic's client and the AI SDK try again for. */
export function isRetryable(status: number): boolean {
  return [408, 409, 429].includes(status) || status >= 500;
}

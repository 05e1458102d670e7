import type { AdapterOptions } from "@openrouter-audit/core";

/** A running application that answers the routes every platform has; see {@link Platform}. */
export interface RunningApp {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * One framework, serving the same small application:
 *
 * - `POST /chat` asks the model with the prompt of the JSON body and returns the text;
 * - `POST /chat/:id/stream` streams the answer as it comes, and aborts the call when the caller hangs up;
 * - `POST /overlapping` asks three times at once through the ambient fetch, after some waiting;
 * - `POST /upload` takes a multipart form and asks with its field `prompt`;
 * - `GET /early` asks before authentication has run, and again after it;
 * - `GET /broken` fails, and asks in the error handler.
 *
 * Who calls is said by a signed token: `tokenOf(user)`.
 */
export interface Platform {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the request type is the platform's
  serve(options: AdapterOptions<any>): Promise<RunningApp>;
}

import { observeStream } from "./observed-stream.ts";
import { passOn } from "./pass-on.ts";
import { sameResponse } from "./same-response.ts";
import { WatchedReading } from "./watched-reading.ts";

/** Watches a body as it passes. */
export interface BodyObserver {
  /** Sees bytes before the caller does. Returns true when nothing of interest follows them. */
  chunk(bytes: Uint8Array): boolean;
  /**
   * The body ended, failed, or the caller stopped reading. Only the first call counts. The caller learns of the end when
   * the promise settles; when it rejects, the end is an error.
   */
  ended(how: "end" | "error" | "cancel" | "unobservable", error?: unknown): Promise<void>;
}

/**
 * A response whose body is observed in passing: the very one that was given, wherever that can be. Nothing is read ahead,
 * buffered or cloned (a tee holds back `cancel` until both branches are cancelled, and the model goes on generating); a
 * cancel reaches the sender at once.
 */
export function observeBody(response: Response, observer: BodyObserver): Response {
  const body = response.body!;
  if (observeStream(body, observer)) return response;
  return sameResponse(
    response,
    passOn(body, () => new WatchedReading(body, body.getReader(), observer)),
  );
}

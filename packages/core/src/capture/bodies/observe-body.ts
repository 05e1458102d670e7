import type { BodyObserver } from "./body-observer.ts";
import { observeStream } from "./observed-stream.ts";
import { passOn } from "./pass-on.ts";
import { sameResponse } from "./same-response.ts";
import { WatchedReading } from "./watched-reading.ts";

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

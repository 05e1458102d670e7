import { passOn } from "./pass-on.ts";

/** Watches a body as it passes. */
export interface BodyObserver {
  /** Sees bytes before the caller does. Returns true when nothing of interest follows them. */
  chunk(bytes: Uint8Array): boolean;
  /**
   * The body ended, failed, or the caller stopped reading. Only the first call counts. The caller learns of the end when
   * the promise settles; when it rejects, the end is an error.
   */
  ended(how: "end" | "error" | "cancel", error?: unknown): Promise<void>;
}

/**
 * A response whose body is observed in passing. Nothing is read ahead, buffered or cloned (a tee holds back `cancel`
 * until both branches are cancelled, and the model goes on generating); a cancel reaches the sender at once.
 */
export function observeBody(response: Response, observer: BodyObserver): Response {
  const original = response.body!;
  const passed = passOn(original, {
    read: () => reader.read(),
    seen({ done, value }) {
      // Clients stop reading at the last event, so the end has to be recorded before they see it.
      return done || observer.chunk(value) ? recorded() : undefined;
    },
    failed: (error) => observer.ended("error", error).catch(() => undefined),
    async cancel(reason) {
      // Named before it happens: cancelling the reader makes a pending read look like an ordinary end.
      const ended = observer.ended("cancel").catch(() => undefined);
      await reader.cancel(reason);
      await ended;
    },
  });
  const reader = original.getReader();
  return sameResponse(response, passed);

  async function recorded(): Promise<void> {
    try {
      await observer.ended("end");
    } catch (error) {
      // The caller gets no more of the answer, so that nothing more need be sent.
      reader.cancel(error).catch(() => undefined);
      throw error;
    }
  }
}

/** The same response with another body. `new Response` forgets where it came from, and knows fewer statuses. */
export function sameResponse(response: Response, body: ReadableStream | Uint8Array<ArrayBuffer>): Response {
  return described(new Response(body, { headers: response.headers }), response);
}

function described(copy: Response, original: Response): Response {
  for (const name of ["status", "statusText", "ok", "url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: original[name], configurable: true });
  }
  const clone = () => described(Response.prototype.clone.call(copy), original);
  return Object.defineProperty(copy, "clone", { value: clone, configurable: true });
}

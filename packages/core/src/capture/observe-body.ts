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
  const reader = response.body!.getReader();
  const body = new ReadableStream(
    {
      type: "bytes",
      async pull(controller) {
        let read: Awaited<ReturnType<typeof reader.read>>;
        try {
          read = await reader.read();
        } catch (error) {
          await observer.ended("error", error).catch(() => undefined);
          throw error;
        }
        if (read.done) {
          await observer.ended("end");
          controller.close();
          // A pending BYOB read is answered only by this.
          controller.byobRequest?.respond(0);
          return;
        }
        // Clients stop reading at the last event, so the end has to be recorded before they see it.
        if (observer.chunk(read.value)) await observer.ended("end");
        controller.enqueue(read.value as Uint8Array<ArrayBuffer>);
      },
      async cancel(reason) {
        // Named before it happens: cancelling the reader makes a pending read look like an ordinary end.
        const recorded = observer.ended("cancel").catch(() => undefined);
        await reader.cancel(reason);
        await recorded;
      },
    },
    { highWaterMark: 0 },
  );
  return sameResponse(response, body);
}

/** The same response with another body. `new Response` forgets where it came from. */
export function sameResponse(response: Response, body: ReadableStream | Uint8Array<ArrayBuffer>): Response {
  const copy = new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
  for (const name of ["url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: response[name], configurable: true });
  }
  return copy;
}

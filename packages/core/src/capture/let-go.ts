import type { OutgoingRequest } from "./outgoing-request.ts";

/** Lets go of the body of a request that is not sent, as fetch does of one that was aborted. What the body throws goes nowhere. */
export function letGo(request: OutgoingRequest, reason: unknown): void {
  try {
    cancelBody(request, reason);
  } catch {
    // An iterable of the application's own may do anything.
  }
}

function cancelBody({ pass: [input, init] }: OutgoingRequest, reason: unknown): void {
  const body: unknown = init?.body ?? (typeof input === "object" && "body" in input ? input.body : null);
  if (body instanceof ReadableStream) {
    if (!body.locked) body.cancel(reason).catch(() => undefined);
  } else if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) {
    const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import type { ExecutionContext } from "@nestjs/common";
import { SSE_METADATA } from "@nestjs/common/constants.js";

type RawResponse = ServerResponse | Http2ServerResponse;

/** Fastify's reply, which is around Node's response; Express's is Node's response itself. */
export interface CutResponse {
  readonly raw?: RawResponse;
  hijack?(): unknown;
}

export function rawOf(response: CutResponse): RawResponse {
  return response.raw ?? (response as RawResponse);
}

/**
 * Cuts off an answer that has begun, and that will not come to its end: whoever reads it must not take it for the whole.
 * Filters, Nest's own too, would end it as if all was well.
 */
export function cutOff(response: CutResponse, context: ExecutionContext): void {
  const raw = rawOf(response);
  // Nest ends server-sent events with an event that says the error.
  if (raw.writableEnded || Reflect.hasMetadata(SSE_METADATA, context.getHandler())) return;
  // Nest 11 looks no further than the reply whether headers are sent, and would send them again.
  response.hijack?.();
  // A stream of HTTP/2 that is destroyed ends as if all was well.
  if ("stream" in raw) raw.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else raw.destroy();
}

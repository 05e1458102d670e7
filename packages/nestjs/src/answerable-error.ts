import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import { type ExecutionContext, HttpException } from "@nestjs/common";
import { SSE_METADATA } from "@nestjs/common/constants.js";
import { type BlockedCall, blockedCall } from "@openrouter-audit/core";

type RawResponse = ServerResponse | Http2ServerResponse;

/** Express's response, or Fastify's reply. */
interface AnyResponse {
  readonly sent?: boolean;
  /** What is around Node's response; on Express that is the response itself. */
  readonly raw?: RawResponse;
  /** Fastify's. */
  hijack?(): unknown;
  header(name: string, value: string): unknown;
  /** Express's. */
  json?(body: unknown): unknown;
  send(body: unknown): unknown;
}

/**
 * What a handler's error becomes: where the audit log blocked a call for an HTTP request, an ordinary HttpException with
 * problem details (RFC 9457) as its response and the error as its `cause`, so that the application's own filters may answer
 * otherwise. Everything else stays what it is.
 *
 * An answer that has begun is cut off, for whoever reads it must not take it for the whole: filters, Nest's own too, end it as if
 * all was well.
 */
export function answerableError(error: unknown, context: ExecutionContext): unknown {
  if (context.getType() !== "http") return error;
  const blocked = blockedCall(error);
  const response = context.switchToHttp().getResponse<AnyResponse>();
  if (!blocked) return error;
  const raw = response.raw ?? (response as unknown as RawResponse);
  if (raw.headersSent) cutOff(raw, response, context);
  else if (!response.sent) setHeadersWith(response, blocked);
  const { problem } = blocked;
  const exception = new HttpException(problem, problem.status, { cause: error });
  // Server-sent events end with the message of what ended them.
  exception.message = problem.detail;
  return exception;
}

function cutOff(raw: RawResponse, response: AnyResponse, context: ExecutionContext): void {
  // Nest ends server-sent events with an event that says the error.
  if (raw.writableEnded || Reflect.hasMetadata(SSE_METADATA, context.getHandler())) return;
  // Nest 11 looks no further than the reply whether headers are sent, and would send them again.
  response.hijack?.();
  // A stream of HTTP/2 that is destroyed ends as if all was well.
  if ("stream" in raw) raw.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else raw.destroy();
}

/**
 * The headers go with this body and no other: a filter may send another. Not before it is sent: Nest 11 would take a media
 * type that is not application/json for a mistake, warn of it and change it.
 */
function setHeadersWith(response: AnyResponse, { problem, headers }: BlockedCall): void {
  const method = response.json ? "json" : "send";
  const send = response[method]!;
  response[method] = function (this: AnyResponse, body: unknown) {
    if (body === problem) for (const [name, value] of Object.entries(headers)) this.header(name, value);
    return send.call(this, body);
  };
}

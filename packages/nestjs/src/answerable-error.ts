import { type ExecutionContext, HttpException } from "@nestjs/common";
import { type BlockedCall, blockedCall } from "@openrouter-audit/core";
import { type CutResponse, cutOff, rawOf } from "./cut-off.ts";

/** Express's response, or Fastify's reply. */
interface AnyResponse extends CutResponse {
  readonly sent?: boolean;
  header(name: string, value: string): unknown;
  /** Express's. */
  json?(body: unknown): unknown;
  send(body: unknown): unknown;
}

/**
 * What a handler's error becomes: where the audit log blocked a call for an HTTP request, an ordinary HttpException with
 * problem details (RFC 9457) as its response and the error as its `cause`, so that the application's own filters may answer
 * otherwise. Everything else stays what it is.
 */
export function answerableError(error: unknown, context: ExecutionContext): unknown {
  if (context.getType() !== "http") return error;
  const blocked = blockedCall(error);
  const response = context.switchToHttp().getResponse<AnyResponse>();
  if (!blocked) return error;
  if (rawOf(response).headersSent) cutOff(response, context);
  else if (!response.sent) setHeadersWith(response, blocked);
  const { problem } = blocked;
  const exception = new HttpException(problem, problem.status, { cause: error });
  // Server-sent events end with the message of what ended them.
  exception.message = problem.detail;
  return exception;
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

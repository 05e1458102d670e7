import { blockedCall } from "@openrouter-audit/core";
import type { ErrorRequestHandler } from "express";

/**
 * Answers for calls that the audit log blocked: 503 and, for what the `policy` or `withoutUser` refused, 403, as problem
 * details (RFC 9457) that leak nothing. Mount it after the routes. Every other error, and one that comes when the answer
 * has begun, goes on to the next error handler.
 */
export function auditErrors(): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const blocked = blockedCall(error);
    if (!blocked || response.headersSent) return next(error);
    // A string, because Express adds a charset to an object's media type, which problem+json has none of.
    response.status(blocked.problem.status).set(blocked.headers).end(JSON.stringify(blocked.problem));
  };
}

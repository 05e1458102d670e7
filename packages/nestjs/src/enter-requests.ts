import type { EventEmitter } from "node:events";
import type { AbstractHttpAdapter } from "@nestjs/core";
import type { RequestScopes } from "@openrouter-audit/core";

interface FastifyRequest {
  readonly raw: EventEmitter;
}

interface FastifyInstance {
  addHook(
    name: "onRequest",
    hook: (request: FastifyRequest, reply: FastifyRequest, done: () => void) => void,
  ): void;
}

/**
 * Opens the scope of each request before anything else of Nest sees it, so that guards, pipes and exception filters
 * are inside. On Fastify a hook does it: a middleware would be handed the raw request, on which guards put no user.
 */
export function enterRequests(adapter: AbstractHttpAdapter, scopes: RequestScopes<object>): void {
  if (adapter.getType() === "fastify") {
    const fastify = adapter.getInstance<FastifyInstance>();
    fastify.addHook("onRequest", (request, reply, done) =>
      scopes.enter(request, [request.raw, reply.raw], done),
    );
  } else {
    adapter.use((request: EventEmitter, response: EventEmitter, next: () => void) =>
      scopes.enter(request, [request, response], next),
    );
  }
}

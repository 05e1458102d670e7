import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A server of node:http or node:https, what `listen()` of Express returns, or an instance of Fastify. */
export interface ClosableServer {
  /** Takes no more connections; tells, or resolves, when those that there are have ended. */
  close(ended?: () => void): unknown;
}

interface HttpServer extends EventEmitter {
  closeIdleConnections(): void;
}

const idleEveryMs = 100;

/**
 * Takes no new connections from now on. Requests that are running go on, and those that come on connections that are open;
 * their answers end the connection, so that the next one is made elsewhere.
 *
 * @returns `ended` resolves when no connection is left; `release` stops looking after them
 */
export function stopServing(server: ClosableServer): { ended: Promise<void>; release: () => void } {
  const http = httpServerOf(server);
  http?.prependListener("request", endConnection);
  // Without this, a connection that becomes idle now would stay for the time of its keep-alive.
  const looking = http && setInterval(() => http.closeIdleConnections(), idleEveryMs).unref();
  const release = () => {
    clearInterval(looking ?? undefined);
    http?.off("request", endConnection);
  };
  const ended = new Promise<void>((resolve) => {
    // Whatever goes wrong (mostly: it was closed before), there is nothing more to wait for.
    const closing = attempt(() => server.close(() => resolve()), resolve);
    if (typeof (closing as PromiseLike<unknown> | undefined)?.then === "function")
      (closing as PromiseLike<unknown>).then(
        () => resolve(),
        () => resolve(),
      );
    http?.closeIdleConnections();
  });
  void ended.then(release);
  return { ended, release };
}

/** An instance of Fastify has its server inside. */
function httpServerOf(given: ClosableServer): HttpServer | null {
  const server = ((given as { server?: unknown }).server ?? given) as Partial<HttpServer>;
  return typeof server.closeIdleConnections === "function" && typeof server.prependListener === "function"
    ? (server as HttpServer)
    : null;
}

function endConnection({ httpVersionMajor }: IncomingMessage, response: ServerResponse): void {
  if (httpVersionMajor === 1 && !response.headersSent) response.setHeader("connection", "close");
}

function attempt<T>(work: () => T, onError: () => void): T | undefined {
  try {
    return work();
  } catch {
    onError();
    return undefined;
  }
}

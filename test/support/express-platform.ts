import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { auditErrors, auditMiddleware } from "@openrouter-audit/express";
import type { ErrorRequestHandler, Express, NextFunction, Request, RequestHandler, Response } from "express";
import session from "express-session";
import multer from "multer";
import { askModel, askOverlapping, model } from "./ask-model.ts";
import type { Platform } from "./platform.ts";
import { userOfToken } from "./token.ts";

type ExpressModule = { (): Express; json(): RequestHandler };

/** Where the audit middleware stands among the others. */
export type MiddlewareOrder = "audit first" | "audit last";

/** The application of {@link Platform} on a version of Express. */
export function expressPlatform(version: string, express: ExpressModule, order: MiddlewareOrder): Platform {
  return {
    name: `Express ${version}, ${order}`,
    async serve(options) {
      const app = express();
      const audit = auditMiddleware(options);
      const others = [
        express.json(),
        session({ secret: "a session secret", resave: false, saveUninitialized: true }),
        authenticate,
      ];
      const early: RequestHandler = async (request, _response, next) => {
        if (request.path === "/early") await askModel(request.openrouter, "before authentication");
        next();
      };
      for (const middleware of order === "audit first"
        ? [audit, early, ...others]
        : [...others, audit, early])
        app.use(middleware);
      addRoutes(app, audit.audit.fetch, audit.audit.connection().baseURL);
      const server = createServer(app).listen({ port: 0, host: "127.0.0.1", backlog: 2048 });
      // A connection must not be closed by one side while the other sends its next request over it.
      server.keepAliveTimeout = 60_000;
      await once(server, "listening");
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async close() {
          server.close();
          server.closeAllConnections();
          await once(server, "close");
          await audit.audit.close();
        },
      };
    },
  };
}

function authenticate(request: Request, _response: Response, next: NextFunction): void {
  const user = userOfToken(request.headers.authorization);
  if (user) Object.assign(request, { user });
  next();
}

function addRoutes(app: Express, fetch: typeof globalThis.fetch, baseURL: string): void {
  const upload = multer();
  app.post("/chat", (request, response, next) => {
    askModel(request.openrouter, request.body.prompt, request.body.claim).then(
      (text) => response.json({ text }),
      next,
    );
  });
  app.post("/chat/:id/stream", (request, response, next) => {
    pipeAnswer(request, response).catch(next);
  });
  app.post("/overlapping", (request, response, next) => {
    askOverlapping(fetch, baseURL, request.body).then((texts) => response.json({ texts }), next);
  });
  app.post("/upload", upload.single("file"), (request, response, next) => {
    askOverlapping(fetch, baseURL, request.body).then((texts) => response.json({ texts }), next);
  });
  app.get("/early", (request, response, next) => {
    askModel(request.openrouter, "after authentication").then((text) => response.json({ text }), next);
  });
  app.get("/broken", () => {
    throw new Error("This handler is broken.");
  });
  app.use(auditErrors());
  const onError: ErrorRequestHandler = (_error, request, response, next) => {
    if (response.headersSent) return next(_error);
    askModel(request.openrouter, "explain the error").then(
      (text) => response.status(500).json({ text }),
      next,
    );
  };
  app.use(onError);
}

async function pipeAnswer(request: Request, response: Response): Promise<void> {
  const stream = await request.openrouter.chat.completions.create({
    model,
    stream: true,
    messages: [{ role: "user", content: request.body.prompt }],
  });
  response.on("close", () => stream.controller.abort());
  response.type("text/plain");
  for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? "");
  response.end();
}

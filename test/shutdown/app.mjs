// An application that answers `GET /chat` with a streamed answer of the model, and then makes a second call, as an agent does.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { AuditLog } from "@openrouter-audit/core";

const given = JSON.parse(process.argv[2]);
const { kind, directories, baseURL, close = {}, audit: options = {}, othersExitWith } = given;
const say = (text) => process.stdout.write(`${text}\n`);
const settings = (directory) => ({
  directory,
  baseURL,
  secret: "a secret for tests only, 32 bytes or longer",
  apiKey: "sk-or-v1-test",
  service: "shutdown",
  ...options,
});

const isClosed = (directory) =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .some((name) => readFileSync(join(directory, name), "utf8").includes('"event_type":"audit.closed"'));

async function ask(fetch, onText) {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-5-mini",
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    }),
  });
  const events = response.body.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const part of events) {
    text += part;
    for (const [, content] of part.matchAll(/"content":"([^"]*)"/g)) onText(content);
  }
  return text;
}

/** Writes the answer of one call as it comes, and behind it how the next call went. */
async function chat(fetch, response) {
  response.writeHead(200, { "content-type": "text/plain" });
  await ask(fetch, (text) => response.write(text));
  const second = await ask(fetch, () => {}).then(
    () => "again",
    (error) => error.code,
  );
  response.end(`;${second}`);
}

async function nest() {
  await import("reflect-metadata");
  const { Controller, Get, Module, Res } = await import("@nestjs/common");
  const { NestFactory } = await import("@nestjs/core");
  const { AuditModule } = await import("@openrouter-audit/nestjs");
  class Chat {
    static audit;
    async chat(response) {
      await chat(Chat.audit.fetch, response).catch(() => {});
    }
  }
  Controller()(Chat);
  Get("chat")(Chat.prototype, "chat", Object.getOwnPropertyDescriptor(Chat.prototype, "chat"));
  Res()(Chat.prototype, "chat", 0);
  class App {}
  const module = AuditModule.forRoot({
    ...settings(directories[0]),
    client: false,
    user: () => "ada",
  });
  Module({ imports: [module], controllers: [Chat] })(App);
  const app = await NestFactory.create(App, { logger: ["error"], forceCloseConnections: true });
  Chat.audit = app.get(AuditLog);
  app.enableShutdownHooks();
  await app.listen(0, "127.0.0.1");
  return app.getHttpServer().address().port;
}

const kinds = {
  async http() {
    const audits = directories.map((directory) => new AuditLog(settings(directory)));
    const server = createServer((_request, response) => {
      Promise.all(audits.slice(1).map(({ fetch }) => ask(fetch, () => {}))).catch(() => {});
      audits[0].run({ userId: "ada" }, () => chat(audits[0].fetch, response)).catch(() => {});
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    if (othersExitWith !== undefined)
      process.once("SIGTERM", () => {
        // Not before the signal would have ended it, were it not left to them.
        const looking = setInterval(() => {
          if (!directories.every(isClosed)) return;
          clearInterval(looking);
          setTimeout(() => process.exit(othersExitWith), 200);
        }, 10);
      });
    for (const audit of audits) {
      const takeBack = audit.closeOnSignals({ server, ...close.options });
      if (close.takeBack) takeBack();
    }
    return server.address().port;
  },
  async express() {
    const { default: express } = await import("express");
    const { auditMiddleware } = await import("@openrouter-audit/express");
    const app = express();
    const audited = auditMiddleware({ ...settings(directories[0]), client: false, user: () => "ada" });
    app.use(audited);
    app.get("/chat", (request, response) => void chat(request.audit.fetch, response).catch(() => {}));
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    audited.audit.closeOnSignals({ server, ...close.options });
    return server.address().port;
  },
  /** The server is not given: requests are known by the middleware. */
  async "express without server"() {
    close.options = { ...close.options, server: undefined };
    return kinds.express();
  },
  async fastify() {
    const { default: fastify } = await import("fastify");
    const audit = new AuditLog(settings(directories[0]));
    const app = fastify();
    app.get("/chat", (_request, reply) => {
      reply.hijack();
      audit.run({ userId: "ada" }, () => chat(audit.fetch, reply.raw)).catch(() => {});
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    audit.closeOnSignals({ server: app, ...close.options });
    return app.server.address().port;
  },
  nest,
};

say(`listening ${await kinds[kind]()}`);

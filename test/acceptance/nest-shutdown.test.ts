import "reflect-metadata";
import type { Server, ServerResponse } from "node:http";
import { Controller, Get, Module, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { AuditLog } from "@openrouter-audit/core";
import { AuditModule, type AuditModuleOptions } from "@openrouter-audit/nestjs";
import { startUpstream, type Upstream } from "../shutdown/upstream.ts";
import { entriesIn } from "../support/audited-world.ts";
import { temporaryDirectory } from "../support/journal.ts";

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

/** Express's response, or Fastify's reply around it. */
type AnyResponse = ServerResponse & { readonly raw?: ServerResponse; hijack?(): void };

/** An application whose answer is streamed, as it comes, to a client that has had the beginning of it. */
async function answering(platform: "express" | "fastify", options: AuditModuleOptions = {}) {
  const directory = temporaryDirectory();
  @Controller()
  class Chat {
    constructor(private readonly audit: AuditLog) {}
    @Get("chat")
    async chat(@Res() given: AnyResponse): Promise<void> {
      given.hijack?.();
      const response = given.raw ?? given;
      const answer = await this.audit.fetch(`${upstream.url}/chat/completions`, {
        method: "POST",
        body: "{}",
      });
      for await (const bytes of answer.body!) response.write(bytes);
      response.end("the end");
    }
  }
  @Module({
    imports: [
      AuditModule.forRoot({
        directory,
        secret: "s".repeat(32),
        baseURL: upstream.url,
        client: false,
        ...options,
      }),
    ],
    controllers: [Chat],
  })
  class App {}
  const how = { logger: false, abortOnError: false } as const;
  const app =
    platform === "fastify"
      ? await NestFactory.create(App, new FastifyAdapter({ forceCloseConnections: true }), how)
      : await NestFactory.create(App, { ...how, forceCloseConnections: true });
  await app.listen(0, "127.0.0.1");
  const server = app.getHttpServer() as Server;
  const response = await fetch(`${await app.getUrl()}/chat`);
  const text = response.text().catch(() => "cut");
  return { app, server, text, directory };
}

test.each(["express", "fastify"] as const)(
  "on %s, an application that ends lets requests that made a call end first, also when it closes all connections then",
  async (platform) => {
    const { app, server, text, directory } = await answering(platform);
    const closed = app.close();
    while (server.listening) await new Promise(setImmediate);
    upstream.finish();
    expect(await text).toMatch(/one.*two.*the end$/s);
    await closed;
    expect(entriesIn(directory)).toEqual([expect.objectContaining({ status: "success" })]);
  },
);

test.each(["express", "fastify"] as const)(
  "on %s, what does not end in time is recorded, and nobody waits for it",
  async (platform) => {
    const { app, text, directory } = await answering(platform, { waitForCallsMs: 50 });
    await app.close();
    expect(await text).toBe("cut");
    expect(entriesIn(directory)).toEqual([expect.objectContaining({ status: "unknown" })]);
  },
);

test("a request that is no function stops the start", async () => {
  await expect(answering("express", { request: "req" as never })).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(/"request"/),
  });
});

test("a time that is none stops the start", async () => {
  await expect(answering("express", { waitForCallsMs: "soon" as never })).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(/"waitForCallsMs"/),
  });
});

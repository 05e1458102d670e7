import "reflect-metadata";
import { Controller, Get } from "@nestjs/common";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import { auditMiddleware } from "@openrouter-audit/express";
import { AuditModule, InjectOpenRouter } from "@openrouter-audit/nestjs";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import express from "express";
import express4 from "express-4";
import type OpenAI from "openai";
import request from "supertest";
import { askModel } from "../support/ask-model.ts";
import { entriesOf, secret, temporaryDirectory } from "../support/journal.ts";

let fake: FakeOpenRouter;
beforeAll(async () => {
  fake = await startFakeOpenRouter();
});
afterAll(() => fake.close());

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const headers = {
  "x-request-id": "chosen-by-the-caller",
  "x-forwarded-for": "203.0.113.7",
  traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
};
const logIn = (directory: string) => ({ directory, secret, apiKey: "sk-or-v1-test", baseURL: fake.url });

/** What an entry says of the request that it was made for. */
type FactsBehind = (trusted: string | false) => Promise<unknown>;

const behindExpress =
  (framework: () => express.Express): FactsBehind =>
  async (trusted) => {
    const directory = temporaryDirectory();
    const audited = auditMiddleware(logIn(directory));
    const app = framework();
    app.set("trust proxy", trusted);
    app.use(audited);
    app.get("/", (req, res, next) => {
      askModel(req.openrouter, "hello").then((text) => res.json({ text }), next);
    });
    await request(app).get("/").set(headers).expect(200);
    await audited.audit.close();
    return (await entriesOf(directory))[0]!.request;
  };

const behindFastify: FactsBehind = async (trustProxy) => {
  @Controller()
  class ChatController {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}
    @Get()
    ask() {
      return askModel(this.openrouter, "hello");
    }
  }
  const directory = temporaryDirectory();
  const imports = [AuditModule.forRoot(logIn(directory))];
  const built = await Test.createTestingModule({ imports, controllers: [ChatController] }).compile();
  const adapter = new FastifyAdapter({ trustProxy });
  const app = built.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await app.listen(0, "127.0.0.1");
  await request(app.getHttpServer()).get("/").set(headers).expect(200);
  await app.close();
  return (await entriesOf(directory))[0]!.request;
};

describe.each<[string, FactsBehind, string]>([
  ["Express 5", behindExpress(express), "chosen-by-the-caller"],
  ["Express 4", behindExpress(express4), "chosen-by-the-caller"],
  ["Nest on Fastify", behindFastify, "req-1"],
])("what an entry says of its request: %s", (_name, factsBehind, id) => {
  test("the address is that of the connection, whatever X-Forwarded-For says", async () => {
    expect(await factsBehind(false)).toMatchObject({ ip: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/) });
  });

  test("behind a proxy that the framework trusts, it is the one that the proxy names", async () => {
    expect(await factsBehind("loopback")).toMatchObject({ ip: "203.0.113.7" });
  });

  test("the trace is the caller's, and the id the framework's, else the caller's", async () => {
    expect(await factsBehind(false)).toMatchObject({ id, trace_id: traceId });
  });
});

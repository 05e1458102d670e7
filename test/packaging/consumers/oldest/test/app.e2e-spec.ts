import type { INestApplication } from "@nestjs/common";
import { Test } from "@nestjs/testing";
import { AuditLog, readJournal } from "@openrouter-audit/core";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import request from "supertest";
import type { App } from "supertest/types";
import { AppModule } from "../src/app.module";

describe("AppController (e2e)", () => {
  let openrouter: FakeOpenRouter;
  let app: INestApplication<App>;

  beforeAll(async () => {
    openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });
    process.env.OPENROUTER_BASE_URL = openrouter.url;
    app = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication();
    await app.init();
  });

  it("/ (GET)", async () => {
    await request(app.getHttpServer()).get("/").set("x-user", "ada").expect(200).expect("Hello.");
  });

  it("recognises errors by the class of the openai package that it requires", async () => {
    await request(app.getHttpServer()).get("/").set("x-user", "ada").expect("OpenRouter answered 429.");
  });

  it("leaves an entry for each call", async () => {
    const audit = app.get(AuditLog);
    await audit.flush();
    const entries: unknown[] = [];
    for await (const { user_id, status, metadata } of readJournal(audit.directory)) {
      entries.push({ user_id, status, handler: metadata.handler });
    }
    expect(entries).toEqual([
      { user_id: "ada", status: "success", handler: "AppController.sayHello" },
      { user_id: "ada", status: "error", handler: "AppController.sayHello" },
    ]);
  });

  afterAll(async () => {
    await app.close();
    await openrouter.close();
  });
});

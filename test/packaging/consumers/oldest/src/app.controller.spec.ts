import { Test } from "@nestjs/testing";
import { AuditLog } from "@openrouter-audit/core";
import { getOpenRouterToken } from "@openrouter-audit/nestjs";
import { AppController } from "./app.controller";
import { AppModule } from "./app.module";

describe("AppController", () => {
  it("answers with a client of the test's own", async () => {
    const create = jest
      .fn()
      .mockResolvedValue({ choices: [{ message: { content: "Hello from a stand-in." } }] });
    const app = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(getOpenRouterToken())
      .useValue({ chat: { completions: { create } } })
      .compile();

    await expect(app.get(AppController).sayHello()).resolves.toBe("Hello from a stand-in.");

    expect(create).toHaveBeenCalledTimes(1);
    expect(app.get(AuditLog)).toBeInstanceOf(AuditLog);
    await app.close();
  });
});

import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { newSecret, readJournal } from "@openrouter-audit/core";
import { AuditModule, InjectOpenRouter } from "@openrouter-audit/nestjs";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import OpenAI from "openai";

const openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });

class ChatController {
  constructor(client) {
    this.client = client;
  }

  async chat() {
    try {
      const messages = [{ role: "user", content: "Say hello." }];
      const completion = await this.client.chat.completions.create(
        { model: "openai/gpt-5-mini", messages },
        { maxRetries: 0 },
      );
      return { text: completion.choices[0].message.content };
    } catch (error) {
      return { isAPIError: error instanceof OpenAI.APIError, status: error.status };
    }
  }
}
InjectOpenRouter()(ChatController, undefined, 0);
Get()(ChatController.prototype, "chat", Object.getOwnPropertyDescriptor(ChatController.prototype, "chat"));
Controller("chat")(ChatController);

class AppModule {}
const directory = "journals/nest-esm";
const auditModule = AuditModule.forRoot({
  directory,
  secret: newSecret(),
  apiKey: "sk-or-v1-packaging",
  baseURL: openrouter.url,
  user: (request) => request.headers["x-user"],
});
Module({ imports: [auditModule], controllers: [ChatController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, "127.0.0.1");
const ask = async () => {
  const response = await fetch(`${await app.getUrl()}/chat`, { headers: { "x-user": "ada" } });
  return response.json();
};
const answers = [await ask(), await ask()];
await app.close();
await openrouter.close();
const entries = [];
for await (const { user_id, model, status, metadata } of readJournal(directory)) {
  entries.push({ user_id, model, status, handler: metadata.handler });
}
console.log(JSON.stringify({ answers, entries }));

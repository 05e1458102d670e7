require("reflect-metadata");
const { Controller, Get, Module } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const { newSecret, readJournal } = require("@openrouter-audit/core");
const { AuditModule, InjectOpenRouter } = require("@openrouter-audit/nestjs");
const { startFakeOpenRouter } = require("@openrouter-audit/testing");
const OpenAI = require("openai");

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

async function main() {
  const openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });
  class AppModule {}
  const directory = "journals/nest-cjs";
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
}

main();

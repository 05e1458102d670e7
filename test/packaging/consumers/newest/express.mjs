import { AuditLog, newSecret, readJournal } from "@openrouter-audit/core";
import { auditMiddleware } from "@openrouter-audit/express";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import express from "express";
import OpenAI from "openai";

const openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });
const audit = new AuditLog({
  directory: "journals/express-esm",
  secret: newSecret(),
  apiKey: "sk-or-v1-packaging",
  baseURL: openrouter.url,
});

const app = express();
app.use(auditMiddleware({ audit, user: (request) => request.get("x-user") }));
app.get("/chat", async (request, response) => {
  const messages = [{ role: "user", content: "Say hello." }];
  const completion = await request.openrouter.chat.completions.create(
    { model: "openai/gpt-5-mini", messages },
    { maxRetries: 0 },
  );
  response.json({ text: completion.choices[0].message.content });
});
app.use((error, _request, response, _next) => {
  response.json({ isAPIError: error instanceof OpenAI.APIError, status: error.status });
});

const server = app.listen(0, "127.0.0.1", async () => {
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/chat`, {
      headers: { "x-user": "ada" },
    });
    return response.json();
  };
  const answers = [await ask(), await ask()];
  await audit.close();
  server.close();
  await openrouter.close();
  const entries = [];
  for await (const { user_id, model, status } of readJournal(audit.directory)) {
    entries.push({ user_id, model, status });
  }
  console.log(JSON.stringify({ answers, entries }));
});

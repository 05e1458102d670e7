import { type AuditEntry, AuditLog, readJournal } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import { auditMiddleware } from "@openrouter-audit/express";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import express from "express";
import OpenAI from "openai";

function ask(client: OpenAI): Promise<unknown> {
  return client.chat.completions.create({ model: "openai/gpt-5-mini", messages: [] });
}

const audit = new AuditLog({ directory: "journal" });
const app = express();
app.use(auditMiddleware({ audit }));
app.get("/chat", async (request, response) => {
  response.json(await ask(request.openrouter));
});
ask(openRouterClient(audit));

export const entries: AsyncGenerator<AuditEntry> = readJournal(audit.directory);
export const upstream = startFakeOpenRouter();

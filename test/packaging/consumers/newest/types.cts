import { Controller, Get, Module } from "@nestjs/common";
import { type AuditEntry, AuditError, AuditLog, readJournal } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import { type AuditMiddleware, auditMiddleware } from "@openrouter-audit/express";
import {
  AuditMetadata,
  AuditModule,
  type AuditModuleOptions,
  InjectOpenRouter,
} from "@openrouter-audit/nestjs";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import express from "express";
import OpenAI from "openai";

function ask(client: OpenAI): Promise<unknown> {
  return client.chat.completions.create({ model: "openai/gpt-5-mini", messages: [] });
}

const audit = new AuditLog({ directory: "journal" });
const middleware: AuditMiddleware = auditMiddleware({ audit, user: (request) => request.get("x-user") });

const app = express();
app.use(middleware);
app.get("/chat", async (request, response) => {
  request.audit.tag({ feature: "chat" });
  // @ts-expect-error: nobody replaces the audited client
  request.openrouter = openRouterClient(audit);
  response.json(await ask(request.openrouter));
});
ask(openRouterClient(audit, { maxRetries: 0 }));

export async function entries(): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  for await (const entry of readJournal(audit.directory)) found.push(entry);
  return found;
}

export function codeOf(error: unknown): string | null {
  return error instanceof AuditError && error.code === "JOURNAL_UNWRITABLE" ? error.message : null;
}

@Controller("chat")
export class ChatController {
  constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

  @Get()
  @AuditMetadata({ feature: "chat" })
  chat(): Promise<unknown> {
    return ask(this.openrouter);
  }
}

const options: AuditModuleOptions = { audit };

@Module({ imports: [AuditModule.forRoot(options)], controllers: [ChatController] })
export class AppModule {}

@Module({ imports: [AuditModule.forRootAsync({ isGlobal: false, useFactory: () => options })] })
export class OtherModule {}

export const upstream = startFakeOpenRouter({ script: [{ text: "Hello." }] });

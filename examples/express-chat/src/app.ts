import { auditErrors, auditMiddleware } from "@openrouter-audit/express";
import express, { type ErrorRequestHandler, type Express } from "express";
import { expressjwt } from "express-jwt";
import OpenAI from "openai";
import { answerWithWeather } from "./weather.ts";

export interface ChatApp {
  readonly app: Express;
  readonly audit: ReturnType<typeof auditMiddleware>["audit"];
}

/** A chat service: who may use it is said by a JWT, what it spends is said by the audit log. */
export function chatApp(jwtSecret: string, model = "openai/gpt-5-mini"): ChatApp {
  const app = express();
  const audited = auditMiddleware({ service: { name: "express-chat", version: "1.0.0" } });
  app.use(audited);
  app.use(express.json());
  app.use(expressjwt({ secret: jwtSecret, algorithms: ["HS256"] }));

  app.post("/chat", async (request, response) => {
    const answer = await request.openrouter.chat.completions.create({
      model: request.body.model ?? model,
      messages: [{ role: "user", content: request.body.prompt }],
    });
    response.json({ text: answer.choices[0]?.message.content });
  });

  app.post("/chat/stream", async (request, response) => {
    const stream = await request.openrouter.chat.completions.create({
      model,
      stream: true,
      messages: [{ role: "user", content: request.body.prompt }],
    });
    // Nobody reads on: stop the model, and the bill.
    response.on("close", () => stream.controller.abort());
    response.type("text/plain");
    for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? "");
    response.end();
  });

  app.post("/weather", async (request, response) => {
    request.audit.tag({ feature: "weather" });
    response.json({ text: await answerWithWeather(request.openrouter, model, request.body.prompt) });
  });

  app.use(auditErrors());
  app.use(explainError);
  return { app, audit: audited.audit };
}

const explainError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else if (error.name === "UnauthorizedError") response.status(401).json({ error: "Log in first." });
  else if (error instanceof OpenAI.APIError)
    response.status(error.status ?? 502).json({ error: error.message });
  else next(error);
};

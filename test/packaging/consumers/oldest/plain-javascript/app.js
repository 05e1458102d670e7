const { auditMiddleware } = require("@openrouter-audit/express");
const express = require("express");
const OpenAI = require("openai");

exports.newApp = function newApp(options) {
  const app = express();
  const audited = auditMiddleware({ ...options, user: (request) => request.get("x-user") });
  app.use(audited);
  app.get("/chat", async (request, response) => {
    try {
      const completion = await request.openrouter.chat.completions.create(
        { model: "openai/gpt-5-mini", messages: [{ role: "user", content: "Say hello." }] },
        { maxRetries: 0 },
      );
      response.json({ text: completion.choices[0].message.content });
    } catch (error) {
      response.json({ isAPIError: error instanceof OpenAI.APIError, status: error.status });
    }
  });
  return { app, audit: audited.audit };
};

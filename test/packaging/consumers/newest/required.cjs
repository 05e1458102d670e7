exports.core = require("@openrouter-audit/core");
exports.express = require("@openrouter-audit/express");
exports.nestjs = require("@openrouter-audit/nestjs");
exports.openRouterClient = require("@openrouter-audit/core/openai").openRouterClient;
exports.OpenAI = require("openai").OpenAI;

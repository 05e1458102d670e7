import { openRouterClient } from "@openrouter-audit/core/openai";
import { makeClientsWith } from "./new-client.ts";

makeClientsWith(openRouterClient);

export * from "./index.ts";

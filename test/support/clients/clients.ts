import { aiSdkClient } from "./ai-sdk-client.ts";
import { anthropicClient } from "./anthropic-client.ts";
import type { Client } from "./client.ts";
import { fetchClients } from "./fetch-clients.ts";
import { langChainClient } from "./langchain-client.ts";
import { openAiClients } from "./openai-clients.ts";
import { openRouterSdkClient } from "./openrouter-sdk-client.ts";

/** Every way to call OpenRouter that is tested. */
export const clients: readonly Client[] = [
  ...openAiClients,
  openRouterSdkClient,
  anthropicClient,
  aiSdkClient,
  langChainClient,
  ...fetchClients,
];

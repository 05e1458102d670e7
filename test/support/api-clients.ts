import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import OpenAI from "openai";
import { key, type World } from "./audited-world.ts";

/** The clients people call other endpoints than chat with, audited, and fetch itself. */
export function apiClients({ audit, fake }: Pick<World, "audit" | "fake">, apiKey = key) {
  return {
    openai: new OpenAI({ baseURL: fake.url, apiKey, fetch: audit.fetch, maxRetries: 0 }),
    sdk: new OpenRouter({
      serverURL: fake.url,
      apiKey,
      httpClient: new HTTPClient({ fetcher: audit.fetch }),
      retryConfig: { strategy: "none" },
    }),
    /** Sends JSON to a path of the host, and reads what comes. */
    async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await audit.fetch(`${fake.origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, text, json: () => JSON.parse(text) };
    },
  };
}

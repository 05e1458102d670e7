import OpenAI from "openai";
import OpenAI5 from "openai-5";
import OpenAI7 from "openai-7";
import { key } from "./audited-world.ts";
import type { Given } from "./same-answer.ts";

/** The versions of `openai` that people have, under the types of the one in the middle. */
export const openaiVersions = [
  { version: 5, Client: OpenAI5 as unknown as typeof OpenAI },
  { version: 6, Client: OpenAI },
  { version: 7, Client: OpenAI7 as unknown as typeof OpenAI },
] as const;

/** The client of a version, made as the recipe makes it. */
export function openaiClient(Client: typeof OpenAI, { fetch, url }: Given): OpenAI {
  return new Client({ baseURL: url, apiKey: key, fetch });
}

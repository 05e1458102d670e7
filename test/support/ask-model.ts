import { setTimeout as sleep } from "node:timers/promises";
import type { Fetch } from "@openrouter-audit/core";
import type OpenAI from "openai";

export const model = "openai/gpt-5-mini";

/** One ordinary chat completion through a client. */
export async function askModel(client: OpenAI, prompt: string, claim?: string): Promise<string> {
  const answer = await client.chat.completions.create({
    model,
    messages: [{ role: "user", content: prompt }],
    ...(claim !== undefined && { user: claim }),
  });
  return answer.choices[0]?.message.content ?? "";
}

/** What a caller sends; `claim` is who it says it is. */
export interface Asked {
  readonly prompt: string;
  readonly claim?: string;
}

/** Three calls with nothing but a fetch that overlap, with waiting between them that other requests use. */
export async function askOverlapping(
  fetch: Fetch,
  baseURL: string,
  { prompt, claim }: Asked,
): Promise<string[]> {
  return Promise.all(
    [0, 1, 2].map(async (turn) => {
      await sleep(turn * 3);
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: "POST",
        headers: { authorization: "Bearer sk-or-v1-test", "content-type": "application/json" },
        body: JSON.stringify({
          model,
          user: claim,
          messages: [{ role: "user", content: `${prompt} ${turn}` }],
        }),
      });
      const body = (await response.json()) as { choices: { message: { content: string } }[] };
      return body.choices[0]!.message.content;
    }),
  );
}

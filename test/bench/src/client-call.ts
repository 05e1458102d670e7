import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { type AnswerKind, events, requestBody } from "./answers.ts";
import { type Peer, tracedClient } from "./peers.ts";

/**
 * One call of the `openai` client, whose answer is read to its end.
 *
 * @param peer the tracing SDK that looks on; null for none
 */
export function clientCall(
  kind: AnswerKind,
  baseURL: string,
  fetch: typeof globalThis.fetch,
  peer: Peer | null,
): () => Promise<void> {
  const plain = new OpenAI({ apiKey: "none", baseURL, fetch, maxRetries: 0 });
  const { client } = peer ? tracedClient(peer, plain) : { client: plain };
  const asked = requestBody(kind) as unknown as ChatCompletionCreateParamsNonStreaming;
  return {
    async json() {
      const answer = await client.chat.completions.create(asked);
      if (answer.choices.length !== 1) throw new Error("The answer is not the one that was sent.");
    },
    async stream() {
      let chunks = 0;
      for await (const _ of await client.chat.completions.create({ ...asked, stream: true })) chunks += 1;
      if (chunks !== events.length - 1) throw new Error("The answer is not the one that was sent.");
    },
  }[kind];
}

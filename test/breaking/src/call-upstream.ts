import type { Fetch } from "@openrouter-audit/core";

const apiKey = `sk-or-v1-${"0".repeat(64)}`;

/** Makes one call and reads its answer to the end. @throws what its caller would be told */
export async function callUpstream(fetch: Fetch, upstream: string, call: string, stream: boolean) {
  const response = await fetch(`${upstream}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-5-mini",
      messages: [{ role: "user", content: "Is anybody there?" }],
      user: call,
      stream,
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
}

/** The ledger of an upstream in the process: how many calls have reached it. */
export interface CallerAnswerSource {
  sent: number;
}

const answer = JSON.stringify({
  id: "gen-1795487676-AAAAAAAAAAAAAAAAAAAA",
  object: "chat.completion",
  created: 1_795_487_676,
  model: "openai/gpt-5-mini",
  provider: "OpenAI",
  choices: [
    { index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop", logprobs: null },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, cost: 0.00001 },
});

/** Answers without a network, for volumes that a server on two cores would take minutes for. */
export function fetchInProcess(source: CallerAnswerSource): Fetch {
  return async () => {
    source.sent += 1;
    // As with a network: others have their turn meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    return new Response(answer, { headers: { "content-type": "application/json" } });
  };
}

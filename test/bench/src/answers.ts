/** Which of the two kinds of answer is asked for. */
export type AnswerKind = "json" | "stream";

const head = { created: 1_795_487_676, model: "openai/gpt-5-mini", provider: "OpenAI" };
const id = "gen-1795487676-PP64BIKb5pCoVyUkGSJ7";
const usage = {
  prompt_tokens: 412,
  completion_tokens: 318,
  total_tokens: 730,
  cost: 0.000739,
  is_byok: false,
  prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 64 },
  cost_details: { upstream_inference_cost: 0.000739 },
};

/** The beginning of an endless text without a word that looks like a secret. */
function textOf(length: number): string {
  const sentence = "Every call becomes one sealed line of the journal, and an auditor can check it. ";
  return sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length);
}

/** The body of a request with a prompt of 2,000 characters. */
export function requestBody(kind: AnswerKind): { messages: object[]; model: string; stream: boolean } {
  const messages = [{ role: "user", content: textOf(2_000) }];
  return { messages, model: head.model, stream: kind === "stream" };
}

const completionBytes = 2_002;

function completionOf(content: string): string {
  const message = { role: "assistant", content, refusal: null, reasoning: null };
  const choices = [{ index: 0, message, finish_reason: "stop", native_finish_reason: "completed" }];
  return JSON.stringify({ id, object: "chat.completion", ...head, choices, usage });
}

/** A whole chat completion with its usage: 2,002 bytes. */
export const completion = completionOf(textOf(completionBytes - completionOf("").length));

/** One server-sent event of a streamed completion. */
export function eventOf(content: string): string {
  const delta = { role: "assistant", content };
  const choices = [{ index: 0, delta, finish_reason: null, native_finish_reason: null }];
  return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", ...head, choices })}\n\n`;
}

const lastChoice = {
  index: 0,
  delta: { content: "" },
  finish_reason: "stop",
  native_finish_reason: "completed",
};

/** What ends every stream: the chunk with the usage, and `[DONE]`. */
export const lastEvents = [
  `data: ${JSON.stringify({ id, object: "chat.completion.chunk", ...head, choices: [lastChoice], usage })}\n\n`,
  "data: [DONE]\n\n",
] as const;

/** A streamed chat completion: 50 chunks, the last with the usage, and `[DONE]`; about 14.7 KB. */
export const events: readonly string[] = [
  ...Array.from({ length: 49 }, () => eventOf(textOf(20))),
  ...lastEvents,
];

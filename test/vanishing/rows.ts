import type { Behaviour } from "@openrouter-audit/testing";
import type { AnyEntry } from "../support/audited-world.ts";
import type { Client } from "../support/clients/client.ts";
import type { OperationName } from "../support/clients/operations.ts";
import type { Use } from "../support/scenario.ts";
import { partialDigests } from "./partial-digests.ts";

/** The forms in which people ask OpenRouter for text. */
export type Form = Extract<OperationName, "chat" | "response" | "message">;

/** A way in which the recorders of others lose a call. */
export interface Row {
  readonly title: string;
  readonly use: Use;
  readonly behaviours: (client: Client, form: Form) => readonly Behaviour[];
  readonly entries: (client: Client, form: Form) => readonly AnyEntry[];
}

export const text = "one two three four five six seven eight nine ten";
const usage = { promptTokens: 11, completionTokens: 22, costUsd: 0.125 };
const anyText = expect.any(String);
// Clients wait half a second before they call again, unless they are told.
const soon = { headers: { "retry-after-ms": "1" } };
const silent = { text, usage, chunkDelayMs: 2, stall: { afterChunks: 12 } };

/** All that a whole answer tells. What is not in the answers of a form is null. */
function whole(form: Form): AnyEntry {
  return {
    status: "success",
    response_complete: true,
    http_status: 200,
    error_type: null,
    generation_id: expect.stringMatching(/^gen-/),
    provider: form === "response" ? null : anyText,
    model_served: anyText,
    completion_tokens: 22,
    cost_usd: 0.125,
    response_hash: anyText,
  };
}

/** What is known of an answer that broke off: its text up to there. What it cost is told at its end. */
function partial(form: Form): AnyEntry {
  return {
    response_complete: false,
    http_status: 200,
    generation_id: expect.stringMatching(/^gen-/),
    provider: form === "response" ? null : anyText,
    model_served: anyText,
    cost_usd: null,
    response_hash: oneOf(partialDigests(form, text)),
  };
}

function oneOf(digests: readonly string[]): AnyEntry {
  return expect.stringMatching(new RegExp(`^(${digests.join("|")})$`));
}

const model = "anthropic/claude-sonnet-4.5";
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const costEarly: Readonly<Record<Form, number | null>> = { chat: 0.125, response: 0.125, message: null };

/** Streams that tell their usage before their end, as far as a form knows it. */
const toldEarly: Readonly<Record<Form, readonly string[]>> = {
  chat: [
    event({
      id: "gen-1",
      object: "chat.completion.chunk",
      created: 1,
      model,
      provider: "Anthropic",
      choices: [{ index: 0, delta: { role: "assistant", content: "one" }, finish_reason: null }],
      usage: { prompt_tokens: 11, completion_tokens: 1, total_tokens: 12, cost: 0.125 },
    }),
    ": OPENROUTER PROCESSING\n\n",
    ": OPENROUTER PROCESSING\n\n",
  ],
  response: [
    event({
      type: "response.in_progress",
      sequence_number: 0,
      response: {
        id: "resp_1",
        object: "response",
        created_at: 1,
        model,
        status: "in_progress",
        output: [],
        usage: { input_tokens: 11, output_tokens: 1, total_tokens: 12, cost: 0.125 },
      },
    }),
    ": OPENROUTER PROCESSING\n\n",
    ": OPENROUTER PROCESSING\n\n",
  ],
  message: [
    `event: message_start\n${event({ type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 11, output_tokens: 1 } } })}`,
    ": OPENROUTER PROCESSING\n\n",
    ": OPENROUTER PROCESSING\n\n",
  ],
};

const aborted = { status: "aborted", error_type: "AbortError", error_code: null };
const cutOff = { status: "error", error_type: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) };
const failed = (http_status: number, error_type: string) => ({
  status: "error",
  response_complete: true,
  http_status,
  error_code: http_status,
  error_type,
  cost_usd: null,
});

/** A stream that the application leaves. What becomes of one that a client holds on to is a race, without us too. */
function left(title: string, use: Use): Row {
  const holdsOn = (client: Client, form: Form) => client.holdsOn?.includes(form);
  return {
    title,
    use,
    behaviours: (client, form) => [holdsOn(client, form) ? { text, usage } : silent],
    entries: (client, form) => {
      if (!holdsOn(client, form)) return [{ ...partial(form), ...aborted }];
      const { cost_usd: _told, response_complete: _whole, ...seen } = partial(form);
      return [{ ...seen, status: expect.stringMatching(/^(success|aborted|unknown)$/) }];
    },
  };
}

export const rows: readonly Row[] = [
  {
    title: "an answer that is no stream",
    use: "whole",
    behaviours: () => [{ usage }],
    entries: (_, form) => [whole(form)],
  },
  {
    title: "a stream read to its end",
    use: "stream",
    behaviours: () => [{ usage }],
    entries: (_, form) => [{ ...whole(form), time_to_first_token_ms: expect.any(Number) }],
  },
  left("`break` in the loop", { breakAfter: 6 }),
  left("the application throws in the loop", { throwAfter: 6 }),
  {
    title: "aborted in the middle of a stream",
    use: { abortAfter: 6 },
    behaviours: () => [silent],
    entries: (_, form) => [{ ...partial(form), ...aborted }],
  },
  {
    title: "an error in the middle of a stream",
    use: "stream",
    behaviours: () => [{ text, usage, streamError: { error: 502, afterContentChunks: 3 } }],
    entries: (_, form) => [
      {
        status: "error",
        response_complete: true,
        http_status: 200,
        error_type: "provider_unavailable",
        generation_id: expect.stringMatching(/^gen-/),
        response_hash: oneOf(partialDigests(form, text)),
      },
    ],
  },
  {
    title: "the connection breaks in the middle of a stream",
    use: "stream",
    behaviours: () => [{ text, usage, chunkDelayMs: 5, reset: { afterChunks: 7 } }],
    entries: (_, form) => [{ ...partial(form), ...cutOff }],
  },
  {
    title: "the connection breaks after the usage was told",
    use: "stream",
    behaviours: (_, form) => [
      {
        raw: {
          headers: { "content-type": "text/event-stream", "x-generation-id": "gen-1" },
          body: toldEarly[form],
        },
        chunkDelayMs: 5,
        reset: { afterChunks: 2 },
      },
    ],
    entries: (_, form) => [
      {
        ...cutOff,
        response_complete: false,
        generation_id: "gen-1",
        prompt_tokens: 11,
        cost_usd: costEarly[form],
      },
    ],
  },
  {
    title: "HTTP 402",
    use: "whole",
    behaviours: () => [{ error: 402 }],
    entries: () => [failed(402, "payment_required")],
  },
  {
    title: "aborted before the answer",
    use: "abort before headers",
    behaviours: () => [{ stall: "before_headers" }],
    entries: () => [{ ...aborted, http_status: null, response_complete: false }],
  },
  {
    title: "500, 500, then an answer",
    use: "whole",
    behaviours: () => [{ error: 500, ...soon }, { error: 500, ...soon }, { usage }],
    entries: (_, form) => [failed(500, "server"), failed(500, "server"), whole(form)],
  },
];

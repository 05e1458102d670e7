import type { Behaviour } from "@openrouter-audit/testing";
import { type AnyEntry, key, type World } from "../support/audited-world.ts";

/** One of the three forms in which a model is asked, and how its answers look on the wire. */
export interface Form {
  readonly form: "chat" | "responses" | "messages";
  readonly eventType: string;
  readonly path: string;
  readonly question: object;
  /** The body of a whole answer. */
  readonly whole: object;
  /** The events of a stream: half of the text, the usage that it tells before its end, and what it ends with. */
  readonly half: readonly object[];
  readonly usageSoFar: readonly object[];
  readonly end: readonly (object | string)[];
  /** What that usage comes to. */
  readonly usage: Usage;
  /** An error as the form has it beside the HTTP status, and in the middle of a stream. */
  errorBody(type: string | null, code?: number | string): object;
  errorEvent(type: string | null, code?: number | string): object;
}

/** `prompt_tokens`, `completion_tokens` and `cost_usd`. */
export type Usage = readonly [prompt: number | null, completion: number | null, cost: number | null];
export const noUsage: Usage = [null, null, null];

const model = "openai/gpt-5-mini";
const question = "Is this said to its end?";
const message = "Something went wrong.";
const chatUsage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cost: 0.25 };
const chunk = (fields: object) => ({ id: "gen-1", object: "chat.completion.chunk", model, ...fields });
const delta = (content: string, finish_reason: string | null = null) =>
  chunk({ choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason }] });
const chatError = (type: string | null, code: number | string) => ({
  code,
  message,
  ...(type && { metadata: { error_type: type } }),
});

const chat: Form = {
  form: "chat",
  eventType: "chat_completion",
  path: "/chat/completions",
  question: { model, messages: [{ role: "user", content: question }] },
  whole: {
    id: "gen-1",
    model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Half said" } }],
    usage: chatUsage,
  },
  half: [delta("Half "), delta("said")],
  usageSoFar: [chunk({ choices: [], usage: chatUsage })],
  end: [delta("", "stop"), "[DONE]"],
  usage: [9, 2, 0.25],
  errorBody: (type, code = 400) => ({ error: chatError(type, code), user_id: "org_1" }),
  errorEvent: (type, code = 502) =>
    chunk({
      error: chatError(type, code),
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    }),
};

const responseUsage = { input_tokens: 9, output_tokens: 2, total_tokens: 11, cost: 0.25 };
const response = (status: string, more: object = {}) => ({
  id: "resp_1",
  model,
  status,
  output: [],
  ...more,
});
const said = { type: "message", role: "assistant", content: [{ type: "output_text", text: "Half said" }] };
const where = { output_index: 0, content_index: 0 };

const responses: Form = {
  form: "responses",
  eventType: "response",
  path: "/responses",
  question: { model, input: question },
  whole: response("completed", { output: [said], usage: responseUsage }),
  half: [
    { type: "response.created", response: response("in_progress") },
    { type: "response.output_text.delta", ...where, delta: "Half " },
    { type: "response.output_text.delta", ...where, delta: "said" },
  ],
  usageSoFar: [{ type: "response.in_progress", response: response("in_progress", { usage: responseUsage }) }],
  end: [{ type: "response.completed", response: response("completed", { output: [said] }) }, "[DONE]"],
  usage: [9, 2, 0.25],
  errorBody: (type, code = 400) => ({
    error: { code, message },
    ...(type && { error_type: type }),
    user_id: "org_1",
  }),
  errorEvent: (type, code = "server_error") => ({
    type: "response.failed",
    response: response("failed", { error: { code, message } }),
    ...(type && { error_type: type }),
  }),
};

const messageBody = (more: object) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model,
  content: [],
  stop_reason: null,
  ...more,
});
const anthropicError = (type: string | null, code?: number | string) => ({
  type: "error",
  error: {
    type: "api_error",
    message,
    ...(type && { error_type: type }),
    ...(code !== undefined && { code }),
  },
});

const messages: Form = {
  form: "messages",
  eventType: "message",
  path: "/messages",
  question: { model, max_tokens: 100, messages: [{ role: "user", content: question }] },
  whole: messageBody({
    content: [{ type: "text", text: "Half said" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 9, output_tokens: 2, cost: 0.25 },
  }),
  half: [
    { type: "message_start", message: messageBody({ usage: { input_tokens: 0, output_tokens: 0 } }) },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "Half " } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "said" } },
  ],
  usageSoFar: [
    { type: "message_delta", delta: {}, usage: { input_tokens: 9, output_tokens: 2, cost: 0.25 } },
  ],
  end: [{ type: "message_delta", delta: { stop_reason: "end_turn" } }, { type: "message_stop" }],
  usage: [9, 2, 0.25],
  errorBody: anthropicError,
  errorEvent: anthropicError,
};

export const forms: readonly Form[] = [chat, responses, messages];

/** Each form, asked for one body of JSON and for a stream. */
export const ways = forms.flatMap((form) =>
  [false, true].map((stream) => ({ ...form, stream, way: `${form.form}, ${stream ? "SSE" : "JSON"}` })),
);
export type Way = (typeof ways)[number];

/** What a call is made with. */
export function asked(
  { question, stream }: Pick<Way, "question" | "stream">,
  more: RequestInit = {},
): RequestInit {
  return {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ ...question, stream }),
    ...more,
  };
}

/** Makes a call and reads its answer to wherever it goes; what that throws is the caller's affair. */
export async function call(
  { audit, fake }: Pick<World, "audit" | "fake">,
  way: Pick<Way, "path" | "question" | "stream">,
) {
  try {
    return await (await audit.fetch(`${fake.url}${way.path}`, asked(way))).text();
  } catch (error) {
    return error;
  }
}

/** An answer of exactly these events, or of this one body. */
export function answering(body: object | readonly (object | string)[], more: Behaviour = {}): Behaviour {
  const type = Array.isArray(body) ? "text/event-stream" : "application/json";
  const pieces = Array.isArray(body) ? body.map(eventOf) : [JSON.stringify(body)];
  const headers = { "content-type": type, "x-generation-id": "gen-1" };
  return { raw: { headers, body: pieces }, ...more };
}

/** What a server sends of a way's answer before it breaks off: half of a body, or the events of half a text. */
export const halfAnAnswer = ({ stream, half, whole }: Way): string =>
  stream ? half.map(eventOf).join("") : JSON.stringify(whole).slice(0, 60);

function eventOf(event: object | string): string {
  return `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
}

/** How an entry says that its call ended, and what usage it kept. */
export function outcome(entry: AnyEntry) {
  const { status, http_status, error_code, error_type, response_complete } = entry;
  const usage: Usage = [entry.prompt_tokens, entry.completion_tokens, entry.cost_usd];
  return { status, http_status, error_code, error_type, response_complete, usage };
}

/** The outcome of a call that no answer came to. */
export const unanswered = (error_type: string, status = "error") => ({
  ...{ status, http_status: null, error_code: null, error_type, response_complete: false, usage: noUsage },
});

/** The outcome of a call whose answer came to its end. */
export const answered = (usage: Usage) => ({
  ...{ status: "success", http_status: 200, error_code: null, error_type: null },
  ...{ response_complete: true, usage },
});

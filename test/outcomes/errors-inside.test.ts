import { openWorld } from "../support/audited-world.ts";
import { answering, call, type Form, forms, noUsage, outcome, type Usage } from "./forms.ts";

// An answer with HTTP 200 whose body tells of an error: what counts is the body.

interface Row {
  readonly title: string;
  /** A whole body, or the events of a stream. */
  readonly answer: object | readonly (object | string)[];
  readonly code: number | string | null;
  readonly type: string;
  readonly usage?: Usage;
  /** Whether the model had said something before it. */
  readonly said?: boolean;
}

const [chat, responses, messages] = forms as [Form, Form, Form];

async function expectError(form: Form, { answer, code, type, usage = noUsage, said = false }: Row) {
  const world = await openWorld();
  world.fake.next(answering(answer));
  await call(world, { ...form, stream: Array.isArray(answer) });
  const [entry, ...others] = world.entries();
  expect(outcome(entry)).toEqual({
    ...{ status: "error", http_status: 200, error_code: code, error_type: type },
    ...{ response_complete: true, usage },
  });
  expect(entry).toMatchObject({ event_type: form.eventType, generation_id: "gen-1" });
  expect(entry.response_hash).toEqual(said ? expect.any(String) : null);
  expect(others).toEqual([]);
}

/** What every form has: the same error before anything was said, in mid-stream, and after the usage was told. */
function rows(form: Form, code: number | string | null, bodyCode: number | string | null): Row[] {
  const { half, usageSoFar, usage } = form;
  const event = form.errorEvent("provider_unavailable");
  const given = { code, type: "provider_unavailable" };
  return [
    {
      ...{ title: "instead of an answer", answer: form.errorBody("provider_unavailable", 502) },
      ...{ ...given, code: bodyCode },
    },
    { title: "before the first word", answer: [event], ...given },
    { title: "in mid-stream", answer: [...half, event], ...given, said: true },
    { title: "in mid-stream, and [DONE]", answer: [...half, event, "[DONE]"], ...given, said: true },
    { title: "after the usage", answer: [...half, ...usageSoFar, event], ...given, usage, said: true },
  ];
}

const choice = (more: object) => ({
  ...chat.whole,
  choices: [{ index: 0, finish_reason: "error", message: { content: "Half" }, ...more }],
});

describe("a chat completion with an error", () => {
  test.each<Row>([
    ...rows(chat, 502, 502),
    {
      title: "in its choice, beside a part of the text",
      answer: choice({
        error: { code: 429, message: "Slow down", metadata: { error_type: "rate_limit_exceeded" } },
      }),
      ...{ code: 429, type: "rate_limit_exceeded", usage: chat.usage, said: true },
    },
    {
      title: "that only the finish reason tells",
      answer: choice({}),
      ...{ code: null, type: "unmapped", usage: chat.usage, said: true },
    },
    {
      title: "whose code is a word",
      answer: [...chat.half, chat.errorEvent(null, "server_error")],
      ...{ code: "server_error", type: "server", said: true },
    },
    {
      title: "whose code is a word, beside a type",
      answer: [...chat.half, chat.errorEvent("timeout", "server_error")],
      ...{ code: "server_error", type: "timeout", said: true },
    },
    {
      title: "without a type",
      answer: [...chat.half, chat.errorEvent(null, 529)],
      ...{ code: 529, type: "provider_overloaded", said: true },
    },
  ])("$title", (row) => expectError(chat, row));
});

const failed = {
  id: "resp_1",
  status: "failed",
  output: [],
  usage: { input_tokens: 9, output_tokens: 2, cost: 0.25 },
};
const error = { code: "server_error", message: "Oh" };

describe("a response with an error", () => {
  test.each<Row>([
    ...rows(responses, "server_error", 502),
    {
      title: "that has failed, and tells its usage",
      answer: { ...failed, error, error_type: "provider_overloaded" },
      ...{ code: "server_error", type: "provider_overloaded", usage: responses.usage, said: false },
    },
    {
      title: "that has failed, and does not say why",
      answer: { ...failed, error: null },
      ...{ code: null, type: "unmapped", usage: responses.usage },
    },
    {
      title: "in response.failed, with the type inside the response",
      answer: [
        ...responses.half,
        { type: "response.failed", response: { ...failed, error, error_type: "timeout" } },
      ],
      ...{ code: "server_error", type: "timeout", usage: responses.usage, said: true },
    },
    {
      title: "in response.error",
      answer: [...responses.half, { type: "response.error", error }],
      ...{ code: "server_error", type: "server", said: true },
    },
    {
      title: "in response.error, with a type",
      answer: [...responses.half, { type: "response.error", error, error_type: "refusal" }],
      ...{ code: "server_error", type: "refusal", said: true },
    },
    {
      title: "in an error event",
      answer: [...responses.half, { type: "error", ...error, param: null }],
      ...{ code: "server_error", type: "server", said: true },
    },
    {
      title: "in an error event, with a type",
      answer: [
        ...responses.half,
        { type: "error", ...error, param: null, error_type: "provider_unavailable" },
      ],
      ...{ code: "server_error", type: "provider_unavailable", said: true },
    },
    {
      title: "about an image, in OpenAI's words",
      answer: [{ type: "response.error", error: { code: "image_file_not_found", message: "Oh" } }],
      ...{ code: "image_file_not_found", type: "image_not_found" },
    },
  ])("$title", (row) => expectError(responses, row));
});

describe("a message with an error", () => {
  test.each<Row>([
    ...rows(messages, null, 502),
    {
      title: "with Anthropic's type alone",
      answer: [...messages.half, { type: "error", error: { type: "overloaded_error", message: "Oh" } }],
      ...{ code: null, type: "provider_overloaded", said: true },
    },
    {
      title: "in chat's form",
      answer: [...messages.half, { error: { code: 429, message: "Oh" } }],
      ...{ code: 429, type: "rate_limit_exceeded", said: true },
    },
    {
      title: "that says nothing",
      answer: [...messages.half, { type: "error" }],
      ...{ code: null, type: "unmapped", said: true },
    },
  ])("$title", (row) => expectError(messages, row));
});

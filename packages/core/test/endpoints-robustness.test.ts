import fc from "fast-check";
import { endpointNamed } from "../src/capture/endpoints/endpoints.ts";
import { fieldsOf } from "../src/capture/endpoints/json-fields.ts";
import { valueDigest } from "../src/privacy/digest.ts";
import { h, readStream, readWhole } from "./support/read-answer.ts";

const eventTypes = ["chat_completion", "completion", "response", "message"];

// Names that mean something to one of the readers, with values that are of the type they expect and of every other.
const names = [
  ...[
    "type",
    "id",
    "name",
    "index",
    "output_index",
    "content_index",
    "summary_index",
    "call_id",
    "__proto__",
  ],
  ...[
    "content",
    "output",
    "choices",
    "delta",
    "message",
    "response",
    "item",
    "part",
    "content_block",
    "usage",
  ],
  ...[
    "text",
    "refusal",
    "reasoning",
    "thinking",
    "partial_json",
    "arguments",
    "input",
    "summary",
    "tool_calls",
  ],
  ...["error", "error_type", "code", "status", "stop_reason", "finish_reason", "incomplete_details", "model"],
  ...[
    "messages",
    "system",
    "instructions",
    "prompt",
    "tools",
    "tool_choice",
    "metadata",
    "fallbacks",
    "stop",
  ],
  ...[
    "role",
    "tool_use_id",
    "openrouter_metadata",
    "attempts",
    "provider",
    "output_config",
    "stop_sequences",
  ],
];
const types = [
  ...["message", "reasoning", "function_call", "custom_tool_call", "openrouter:x", "function_call_output"],
  ...["output_text", "refusal", "summary_text", "text", "thinking", "tool_use", "tool_result", "compaction"],
  ...["message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "ping"],
  ...["text_delta", "thinking_delta", "input_json_delta", "error", "failed", "response.completed"],
  ...["response.created", "response.failed", "response.output_item.added", "response.output_item.done"],
  ...["response.content_part.added", "response.output_text.delta", "response.output_text.done"],
  ...["response.function_call_arguments.delta", "response.reasoning_summary_text.delta"],
];
const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.oneof(fc.constantFrom(...types), fc.integer({ min: -1, max: 3 }), fc.jsonValue({ maxDepth: 1 })),
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 6 }),
}));
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...types), value).map(([type, given]) => typed(given, type)),
  },
  { weight: 1, arbitrary: value },
);
const typed = (given: unknown, type: string) => ({ ...fieldsOf(given), type });
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });

describe.each(eventTypes)("%s", (eventType) => {
  test("reads any body", () => {
    fc.assert(
      fc.property(value, (body) => {
        const { response, begun } = readWhole(eventType, body);
        if (begun) expect(valueDigest(response)).not.toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test("reads any events, and says the same of them however their bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), sizes, fc.boolean(), (events, cuts, inOrder) => {
        const whole = readStream(eventType, events, undefined, inOrder);
        expect(readStream(eventType, events, cuts, inOrder)).toEqual(whole);
        if (whole.begun) expect(valueDigest(whole.response)).not.toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test("reads what is no JSON at all", () => {
    for (const data of ["", "{", "null", "[1", "\u0000", "[DONE] ", "1e999"])
      expect(readStream(eventType, [data])).toMatchObject({ error: null, begun: false, ended: false });
  });

  test("says the same whether something follows the end in one piece with it or not", () => {
    const ends = { choices: [{ index: 0, finish_reason: "error" }], type: "error", error: { message: "Oh" } };
    const late = {
      choices: [{ index: 0, delta: { content: "late" } }],
      type: "message_start",
      model: "late",
    };
    expect(readStream(eventType, [ends, late])).toEqual(readStream(eventType, [ends]));
  });

  test("describes any request", () => {
    const { describeRequest } = endpointNamed(eventType)!;
    fc.assert(
      fc.property(value, (body) => {
        const { prompt, opening, ...said } = describeRequest!(fieldsOf(body));
        expect(JSON.stringify(said).length).toBeLessThan(100_000);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe.each(["chat_completion", "completion"])("%s without a choice", (eventType) => {
  const empty = { id: "gen-1", choices: [] };

  test("is an empty answer, streamed or not", () => {
    expect(readWhole(eventType, empty).response).toEqual([]);
    expect(readStream(eventType, [empty, "[DONE]"]).response).toEqual([]);
  });

  test("is none when it broke off or is an error", () => {
    const failed = { ...empty, error: { code: 502, message: "Bad gateway" } };
    expect(readStream(eventType, [empty]).response).toBeUndefined();
    expect(readStream(eventType, [failed]).response).toBeUndefined();
    expect(readWhole(eventType, failed).response).toBeUndefined();
  });
});

test("results of a batch have the same digests all at once and in a page; a page of anything else is none", () => {
  const results = [{ custom_id: "a", response: { status_code: 200 }, error: null }, "x"];
  const whole = readWhole("batch_status", { id: "batch_1", object: "batch", status: "completed", results });
  const page = readWhole("batch_status", { object: "list", data: results, has_more: true, next_cursor: "c" });
  expect(page).toMatchObject({ response: whole.response, ended: true, generation_id: null, error: null });
  expect(whole.response).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), h("x")]);
  const other = readWhole("batch_status", { data: results });
  expect(other.ended).toBe(false);
  expect(other.response).toBeUndefined();
});

test("a list of images has a digest also when it is empty, and when an error stands beside it", () => {
  const error = { code: 502, message: "Bad gateway" };
  expect(readWhole("image", { data: [] }).response).toEqual([]);
  expect(readWhole("image", { data: [], error }).response).toEqual([]);
  expect(readWhole("image", { error }).response).toBeUndefined();
  expect(readStream("image", [{ type: "error", error }]).response).toBeUndefined();
});

test("an error that has neither a type of OpenRouter's nor a code has the word for its own type", () => {
  const error = { message: "Oh", type: "server_error", code: null, param: null };
  expect(readStream("image", [{ type: "error", error }]).error).toMatchObject({ code: null, type: "server" });
  expect(readWhole("embedding", { error }).error?.type).toBe("server");
  expect(readWhole("embedding", { error: { ...error, code: 429 } }).error?.type).toBe("rate_limit_exceeded");
  expect(readStream("response", [{ type: "error", message: "Oh", code: null }]).error?.type).toBeNull();
});

test("where a provider has a term of its own, a sentence is none: it may quote the prompt", () => {
  const sentence = "The prompt 'my secret plans' was refused";
  const choice = {
    index: 0,
    message: { content: "" },
    finish_reason: sentence,
    native_finish_reason: sentence,
  };
  const error = { code: sentence, metadata: { error_type: sentence } };
  const said = readWhole("chat_completion", { choices: [choice], service_tier: sentence, error });
  expect(JSON.stringify({ ...said, response: null })).not.toContain("secret plans");
  expect(said).toMatchObject({ finish_reason: null, error: { code: null } });
  const failed = { output: [], status: sentence, error_type: sentence };
  for (const read of [
    readWhole("response", failed),
    readStream("response", [{ type: "response.failed", response: failed }]),
  ])
    expect(JSON.stringify(read)).not.toContain("secret plans");
  const told = { ...choice, native_finish_reason: "MALFORMED_FUNCTION_CALL" };
  expect(readWhole("chat_completion", { choices: [told] }).native_finish_reason).toBe(
    "MALFORMED_FUNCTION_CALL",
  );
});

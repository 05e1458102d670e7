import fc from "fast-check";
import { cut, h, readStream, readWhole } from "./support/read-answer.ts";
import { jcs } from "./support/second-implementation.ts";

const message = (...content: unknown[]) => ({ type: "message", id: "m", status: "completed", content });
const text = (said: string) => ({
  type: "output_text",
  text: said,
  annotations: [{ url: "x" }],
  logprobs: [],
});
const refusal = (said: string) => ({ type: "refusal", refusal: said });
const call = { type: "function_call", id: "f", call_id: "call_1", name: "weather", arguments: '{"a": 1}' };
const custom = { type: "custom_tool_call", call_id: "call_2", name: "grep", input: "a.*b" };
const search = { type: "openrouter:web_search", id: "ws", status: "completed", action: { query: "x" } };
const reasoning = {
  type: "reasoning",
  id: "r",
  encrypted_content: "secret",
  signature: "s",
  summary: [{ type: "summary_text", text: "In short" }],
  content: [{ type: "reasoning_text", text: "At length" }],
};

const body = (output: readonly unknown[], more: object = {}) => ({
  id: "resp_1",
  object: "response",
  status: "completed",
  model: "openai/gpt-5-mini",
  output,
  error: null,
  incomplete_details: null,
  ...more,
});

describe("the form of a response", () => {
  test("has each kind of item as the format says", () => {
    const { response } = readWhole(
      "response",
      body([
        reasoning,
        message(text("a"), refusal("no"), { type: "image", url: "u" }),
        call,
        custom,
        search,
        null,
        {},
      ]),
    );
    expect(response).toEqual([
      {
        content: [{ text: h("At length"), type: "reasoning_text" }],
        summary: [{ text: h("In short"), type: "summary_text" }],
        type: "reasoning",
      },
      {
        content: [
          { text: h("a"), type: "output_text" },
          { refusal: h("no"), type: "refusal" },
          { part: h(jcs({ type: "image", url: "u" })), type: "image" },
        ],
        type: "message",
      },
      { arguments: h(call.arguments), call_id: "call_1", name: "weather", type: "function_call" },
      { call_id: "call_2", input: h("a.*b"), name: "grep", type: "custom_tool_call" },
      { item: h(jcs({ type: search.type, action: search.action })), type: "openrouter:web_search" },
      { item: h("null"), type: null },
      { item: h("{}"), type: null },
    ]);
  });

  test("has every member also when the item lacks it", () => {
    const bare = [{ type: "message" }, { type: "reasoning", content: null }, { type: "function_call" }];
    expect(readWhole("response", body(bare)).response).toEqual([
      { content: [], type: "message" },
      { content: [], summary: [], type: "reasoning" },
      { arguments: h(""), call_id: "", name: "", type: "function_call" },
    ]);
    expect(readWhole("response", body([{ type: "message", content: "a" }])).response).toEqual([
      { content: [{ text: h("a"), type: "output_text" }], type: "message" },
    ]);
  });

  test("is empty for an empty output, and none for what is no response", () => {
    expect(readWhole("response", body([]))).toMatchObject({ response: [], ended: true, refused: false });
    const other = readWhole("response", { status: "ok" });
    expect(other).toMatchObject({ ended: false, refused: null, finish_reason: null });
    expect(other.response).toBeUndefined();
  });
});

const words = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\ud83d", "\udc4b", "a", "ü", "\n"), { maxLength: 8 })
    .map((units) => units.join("")),
);
const item = fc.oneof(
  fc.array(fc.oneof(words.map(text), words.map(refusal)), { maxLength: 3 }).map((parts) => message(...parts)),
  fc.record({
    type: fc.constant("reasoning"),
    summary: fc.array(
      words.map((said) => ({ type: "summary_text", text: said })),
      { maxLength: 2 },
    ),
    content: fc.array(
      words.map((said) => ({ type: "reasoning_text", text: said })),
      { maxLength: 2 },
    ),
  }),
  fc.record({ type: fc.constant("function_call"), call_id: words, name: words, arguments: words }),
  fc.record({ type: fc.constant("custom_tool_call"), call_id: words, name: words, input: words }),
  fc.constant(search),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
// biome-ignore lint/suspicious/noExplicitAny: any item
type AnyItem = any;

const deltaNames: Record<string, string> = {
  output_text: "output_text",
  refusal: "refusal",
  reasoning_text: "reasoning_text",
  summary_text: "reasoning_summary_text",
};

/** The events that tell an item, without those that tell it whole. */
function deltasOf(whole: AnyItem, output_index: number, lengths: readonly number[]): object[] {
  const { content, summary, arguments: given, input, ...about } = whole;
  const begun =
    about.type === search.type ? whole : { ...about, content: [], summary: [], status: "in_progress" };
  const pieces = (name: string, said: string, where: object) =>
    cut(said, lengths).map((delta) => ({ type: `response.${name}.delta`, output_index, ...where, delta }));
  const part = (list: AnyItem[] | undefined, index: string, added: string) =>
    (list ?? []).flatMap((each, place) => [
      { type: added, output_index, [index]: place, part: { type: each.type, text: "", refusal: "" } },
      ...pieces(deltaNames[each.type]!, each.text ?? each.refusal, { [index]: place }),
    ]);
  return [
    { type: "response.output_item.added", output_index, item: begun },
    ...part(summary, "summary_index", "response.reasoning_summary_part.added"),
    ...part(content, "content_index", "response.content_part.added"),
    ...pieces("function_call_arguments", given ?? "", {}),
    ...pieces("custom_tool_call_input", input ?? "", {}),
  ];
}

describe("a streamed response", () => {
  const created = { type: "response.created", response: body([], { status: "in_progress" }) };

  test("has the form of the same response unstreamed, told by its pieces, its items or its end", () => {
    const outputs = fc.array(item, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(outputs, sizes, sizes, (items: AnyItem[], textSizes, byteSizes) => {
        const { response, refused, tools_called, call_ids } = readWhole("response", body(items));
        const deltas = items.flatMap((each, index) => deltasOf(each, index, textSizes));
        const done = items.map((each, output_index) => ({
          type: "response.output_item.done",
          output_index,
          item: each,
        }));
        const completed = (output: AnyItem[]) => ({ type: "response.completed", response: body(output) });
        for (const events of [
          [created, ...deltas, completed([])],
          [created, ...deltas, ...done, { type: "response.done" }],
          [created, ...deltas, ...done, completed(items)],
          [completed(items)],
        ]) {
          const streamed = readStream("response", events, byteSizes);
          expect(streamed).toMatchObject({ ended: true, refused, tools_called, call_ids });
          expect(streamed.response).toEqual(response);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("that was cut has the form of what was said", () => {
    const events = deltasOf(message(text("Grüße"), refusal("no")), 0, [2]);
    const streamed = readStream("response", [created, ...events.slice(0, 4)]);
    expect(streamed).toMatchObject({ begun: true, ended: false, finish_reason: null, refused: false });
    expect(streamed.response).toEqual([
      { content: [{ text: h("Grüß"), type: "output_text" }], type: "message" },
    ]);
    expect(readStream("response", [created])).toMatchObject({ begun: false, ended: false, refused: null });
    expect(readStream("response", [created]).response).toBeUndefined();
  });

  test("takes the whole text of an event where the pieces of it are missing", () => {
    const events = [
      { type: "response.output_text.done", output_index: 0, content_index: 0, text: "a" },
      { type: "response.refusal.done", output_index: 0, content_index: 1, refusal: "b" },
      { type: "response.function_call_arguments.done", output_index: 1, arguments: "{}" },
      { type: "response.content_part.done", output_index: 2, content_index: 0, part: text("c") },
      { type: "response.content_part.delta", output_index: 3, delta: "d" },
    ];
    expect(readStream("response", events).response).toEqual([
      {
        content: [
          { text: h("a"), type: "output_text" },
          { refusal: h("b"), type: "refusal" },
        ],
        type: "message",
      },
      { arguments: h("{}"), call_id: "", name: "", type: "function_call" },
      { content: [{ text: h("c"), type: "output_text" }], type: "message" },
      { content: [{ text: h("d"), type: "output_text" }], type: "message" },
    ]);
  });

  test.each(["response.completed", "response.incomplete", "response.failed", "response.done"])(
    "ends with %s",
    (type) => {
      expect(readStream("response", [created])).toMatchObject({ ended: false });
      expect(readStream("response", [created, { type, response: body([]) }])).toMatchObject({ ended: true });
    },
  );

  test("ends with [DONE] too, and after its end nothing counts", () => {
    const late = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "late" };
    const streamed = readStream("response", [created, "[DONE]", late]);
    expect(streamed).toMatchObject({ ended: true, begun: false });
  });
});

describe("what a response tells", () => {
  const usage = {
    input_tokens: 11,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
    output_tokens: 22,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 33,
    cost: 0.125,
    is_byok: true,
    cost_details: { upstream_inference_cost: 0.5, upstream_inference_input_cost: 0.1 },
    server_tool_use_details: { web_search_requests: 1 },
  };
  const metadata = { requested: "a/b", strategy: "direct", attempt: 1, attempts: [] };
  const whole = body([message(text("a")), call, custom, search], {
    usage,
    service_tier: "default",
    openrouter_metadata: metadata,
  });

  test.each<[string, () => unknown]>([
    ["unstreamed", () => readWhole("response", whole)],
    ["streamed", () => readStream("response", [{ type: "response.completed", response: whole }])],
  ])("%s", (_how, read) => {
    expect(read()).toMatchObject({
      model_served: "openai/gpt-5-mini",
      provider: null,
      generation_id: null,
      finish_reason: "completed",
      native_finish_reason: null,
      refused: false,
      service_tier: "default",
      usage: {
        prompt_tokens: 11,
        completion_tokens: 22,
        total_tokens: 33,
        cached_tokens: 4,
        cache_write_tokens: 2,
        reasoning_tokens: 3,
        usage_details: { web_search_requests: 1 },
        cost_usd: 0.125,
        is_byok: true,
        upstream_cost_usd: 0.5,
      },
      routing: { requested: "a/b", strategy: "direct" },
      tools_called: ["weather", "grep", "openrouter:web_search"],
      call_ids: ["call_1", "call_2"],
      error: null,
      ended: true,
    });
  });

  test("a reason why it is incomplete, a refusal, and an id that is a generation's", () => {
    const more = { id: "gen-1", status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    expect(readWhole("response", body([message(refusal("no"))], more))).toMatchObject({
      generation_id: "gen-1",
      finish_reason: "incomplete",
      native_finish_reason: "max_output_tokens",
      refused: true,
      error: null,
    });
  });

  const failed = body([], { status: "failed", error: { code: "server_error", message: "Oh" } });
  test.each<[string, () => unknown, object]>([
    [
      "a failed response",
      () => readWhole("response", { ...failed, error_type: "provider_unavailable" }),
      { code: "server_error", type: "provider_unavailable", message: "Oh" },
    ],
    [
      "a failed response that does not say why",
      () => readWhole("response", { ...failed, error: null }),
      { code: null, type: "unmapped", message: null },
    ],
    [
      "response.failed",
      () => readStream("response", [{ type: "response.failed", response: failed, error_type: "timeout" }]),
      { code: "server_error", type: "timeout", message: "Oh" },
    ],
    [
      "response.failed without a word",
      () => readStream("response", [{ type: "response.failed" }]),
      { code: null, type: "unmapped", message: null },
    ],
    [
      "response.error",
      () => readStream("response", [{ type: "response.error", error: failed.error }]),
      { code: "server_error", type: "server", message: "Oh" },
    ],
    [
      "error",
      () => readStream("response", [{ type: "error", code: "server_error", message: "Oh", param: null }]),
      { code: "server_error", type: "server", message: "Oh" },
    ],
    [
      "an error in chat's form",
      () => readStream("response", [{ error: { code: 429, message: "Oh" } }]),
      { code: 429, type: "rate_limit_exceeded", message: "Oh" },
    ],
    [
      "an error before the response",
      () => readWhole("response", { error: { code: 402, message: "Oh" }, error_type: "payment_required" }),
      { code: 402, type: "payment_required", message: "Oh" },
    ],
  ])("an error: %s", (_what, read, error) => {
    const answer = read() as { response: unknown };
    expect(answer).toMatchObject({ error, ended: true });
    expect(answer.response).toBeUndefined();
  });

  test("an error keeps what the model had said", () => {
    const told = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "Half" };
    const streamed = readStream("response", [told, { type: "error", message: "Oh" }]);
    expect(streamed.response).toEqual([
      { content: [{ text: h("Half"), type: "output_text" }], type: "message" },
    ]);
  });
});

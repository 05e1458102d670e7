import fc from "fast-check";
import { cut, h, readStream, readWhole } from "./support/read-answer.ts";
import { type Json, jcs, withoutLoneSurrogates } from "./support/second-implementation.ts";

const text = (said: string) => ({ type: "text", text: said, citations: [{ url: "x" }] });
const thinking = (said: string) => ({ type: "thinking", thinking: said, signature: "s" });
const tool = (input: unknown, type = "tool_use") => ({ type, id: `id_${type}`, name: "weather", input });
const found = { type: "web_search_tool_result", tool_use_id: "x", content: [{ url: "u" }] };

const message = (content: readonly unknown[], more: object = {}) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "anthropic/claude-sonnet-4.5",
  provider: "Anthropic",
  content,
  stop_reason: "end_turn",
  ...more,
});

describe("the form of a message", () => {
  test("has each kind of block as the format says", () => {
    const input = { b: [1, "ü"], a: null };
    const content = [
      thinking("hm"),
      text("a"),
      tool(input),
      tool({}, "server_tool_use"),
      { type: "compaction", content: "short", encrypted_content: "e" },
      { type: "compaction", content: null },
      found,
      null,
      { type: "text" },
      { type: "tool_use" },
    ];
    expect(readWhole("message", message(content)).response).toEqual([
      { thinking: h("hm"), type: "thinking" },
      { text: h("a"), type: "text" },
      { id: "id_tool_use", input: h('{"a":null,"b":[1,"ü"]}'), name: "weather", type: "tool_use" },
      { id: "id_server_tool_use", input: h("{}"), name: "weather", type: "server_tool_use" },
      { content: h("short"), type: "compaction" },
      { content: h(""), type: "compaction" },
      { block: h(jcs(found)), type: "web_search_tool_result" },
      { block: h("null"), type: null },
      { text: h(""), type: "text" },
      { id: "", input: null, name: "", type: "tool_use" },
    ]);
  });

  test("is empty for an empty content, and none for what is no message", () => {
    expect(readWhole("message", message([]))).toMatchObject({ response: [], ended: true });
    for (const other of [{ type: "ok" }, { type: "message", stop_reason: "end_turn" }]) {
      const read = readWhole("message", other);
      expect(read.ended).toBe(false);
      expect(read.response).toBeUndefined();
    }
    expect(readWhole("message", { type: "ok" }).refused).toBeNull();
  });
});

const words = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\ud83d", "\udc4b", "a", "ü", "\n"), { maxLength: 8 })
    .map((units) => units.join("")),
);
const block = fc.oneof(
  words.map(text),
  words.map(thinking),
  words.map((content) => ({ type: "compaction", content })),
  fc.record({
    type: fc.constantFrom("tool_use", "server_tool_use"),
    id: words,
    name: words,
    input: fc.dictionary(words, fc.jsonValue({ maxDepth: 2 })),
  }),
  fc.constant(found),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
// biome-ignore lint/suspicious/noExplicitAny: any block
type AnyBlock = any;

const start = (more: object = {}) => ({
  type: "message_start",
  message: message([], { stop_reason: null, ...more }),
});
const stop = [{ type: "message_delta", delta: { stop_reason: "end_turn" } }, { type: "message_stop" }];

function blockEvents(whole: AnyBlock, index: number, lengths: readonly number[]): object[] {
  const streamed: Record<string, [member: string, delta: string]> = {
    text: ["text", "text_delta"],
    thinking: ["thinking", "thinking_delta"],
    compaction: ["content", "compaction_delta"],
  };
  const begin = (content_block: object) => ({ type: "content_block_start", index, content_block });
  const delta = (given: object) => ({ type: "content_block_delta", index, delta: given });
  const end = { type: "content_block_stop", index };
  const [member, type] = streamed[whole.type] ?? [];
  if (member) {
    const pieces = cut(whole[member], lengths).map((piece) => delta({ type, [member]: piece }));
    return [
      begin({ ...whole, [member]: "" }),
      ...pieces,
      delta({ type: "signature_delta", signature: "s" }),
      end,
    ];
  }
  if (whole.input === undefined) return [begin(whole), end];
  const json = Object.keys(whole.input).length > 0 ? JSON.stringify(whole.input, null, 1) : "";
  const pieces = cut(json, lengths).map((partial_json) => delta({ type: "input_json_delta", partial_json }));
  return [begin({ ...whole, input: {} }), ...pieces, end];
}

describe("a streamed message", () => {
  test("has the form of the same message unstreamed, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), sizes, sizes, (blocks, textSizes, byteSizes) => {
        const { response, refused, tools_called, call_ids } = readWhole("message", message(blocks));
        const events = blocks.flatMap((each, index) => blockEvents(each, index, textSizes));
        const streamed = readStream("message", [start(), { type: "ping" }, ...events, ...stop], byteSizes);
        expect(streamed).toMatchObject({ ended: true, refused, tools_called, call_ids });
        expect(streamed.response).toEqual(response);
      }),
      { numRuns: 150 },
    );
  });

  test("has the input of a tool under the digest of its JCS form", () => {
    fc.assert(
      fc.property(fc.dictionary(words, fc.jsonValue()), sizes, (given, textSizes) => {
        const input = JSON.parse(JSON.stringify(given)) as Json;
        const events = blockEvents(tool(input), 0, textSizes);
        const [form] = readStream("message", [start(), ...events, ...stop]).response as AnyBlock[];
        expect(form.input).toBe(h(jcs(withoutLoneSurrogates(input))));
      }),
      { numRuns: 50 },
    );
  });

  test("that was cut has the form of what was said, the input of a tool as the text that it was", () => {
    const events = [start(), ...blockEvents(text("Grüße"), 0, [2]), ...blockEvents(tool({ ab: 1 }), 1, [3])];
    const streamed = readStream("message", events.slice(0, -3));
    expect(streamed).toMatchObject({ begun: true, ended: false, finish_reason: null, refused: null });
    expect(streamed.response).toEqual([
      { text: h("Grüße"), type: "text" },
      { id: "id_tool_use", input: h('{\n "ab'), name: "weather", type: "tool_use" },
    ]);
    expect(readStream("message", [start()]).response).toBeUndefined();
    expect(readStream("message", [start(), ...stop]).response).toEqual([]);
  });

  test("that gives a tool more than is held has the digest of the text", () => {
    const input = "a".repeat(16 * 1024 * 1024);
    const pieces = ['{ "a": "', input, '" }'];
    const events = pieces.map((partial_json) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json },
    }));
    expect(readStream("message", events).response).toMatchObject([{ input: h(pieces.join("")) }]);
  });

  test("knows a block that was not begun by its deltas", () => {
    const delta = (index: number, given: object) => ({ type: "content_block_delta", index, delta: given });
    const events = [
      delta(1, { type: "input_json_delta", partial_json: "{ }" }),
      delta(0, { type: "text_delta", text: "a" }),
      delta(2, { type: "signature_delta", signature: "s" }),
    ];
    expect(readStream("message", events).response).toEqual([
      { text: h("a"), type: "text" },
      { id: "", input: h("{}"), name: "", type: "tool_use" },
    ]);
  });

  test.each<[string, readonly unknown[], boolean]>([
    ["message_stop", [start(), { type: "message_stop" }], true],
    ["[DONE]", [start(), "[DONE]"], true],
    ["its stop reason and the end of the body", [start(), stop[0]], true],
    ["nothing", [start()], false],
  ])("that ends with %s", (_what, events, ended) => {
    expect(readStream("message", events)).toMatchObject({ ended });
    const broken = readStream("message", events, undefined, false);
    expect(broken.ended).toBe(ended && events[1] !== stop[0]);
  });
});

describe("what a message tells", () => {
  const usage = {
    input_tokens: 7,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 2,
    output_tokens: 22,
    output_tokens_details: { thinking_tokens: 3 },
    server_tool_use: { web_search_requests: 1 },
    service_tier: "priority",
    cost: 0.125,
    is_byok: true,
    cost_details: { upstream_inference_cost: 0.5 },
  };
  const metadata = { requested: "a/b", strategy: "direct", attempt: 1, attempts: [] };
  const content = [text("a"), tool({}), tool({}, "server_tool_use")];
  const zero = { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1, service_tier: "standard" };

  test.each<[string, () => unknown]>([
    ["unstreamed", () => readWhole("message", message(content, { usage, openrouter_metadata: metadata }))],
    [
      "streamed",
      () =>
        readStream("message", [
          start({ usage: zero }),
          ...content.flatMap((each, index) => blockEvents(each, index, [9])),
          { ...stop[0], usage },
          { type: "message_stop", openrouter_metadata: metadata },
        ]),
    ],
  ])("%s", (_how, read) => {
    expect(read()).toMatchObject({
      model_served: "anthropic/claude-sonnet-4.5",
      provider: "Anthropic",
      generation_id: null,
      finish_reason: "end_turn",
      native_finish_reason: null,
      refused: false,
      service_tier: "priority",
      usage: {
        prompt_tokens: 7,
        completion_tokens: 22,
        total_tokens: null,
        cached_tokens: 4,
        cache_write_tokens: 2,
        reasoning_tokens: 3,
        usage_details: { web_search_requests: 1 },
        cost_usd: 0.125,
        is_byok: true,
        upstream_cost_usd: 0.5,
      },
      routing: { requested: "a/b", strategy: "direct" },
      tools_called: ["weather", "weather"],
      call_ids: ["id_tool_use"],
      error: null,
      ended: true,
    });
  });

  test("of the usage of its start only the counts of the prompt, as long as no other came", () => {
    const begun = { ...zero, input_tokens: 9, cache_read_input_tokens: 0 };
    const counts = { prompt_tokens: 9, cached_tokens: null, completion_tokens: null };
    expect(readStream("message", [start({ usage: begun })]).usage).toMatchObject(counts);
    expect(readStream("message", [start({ usage: zero })]).usage).toMatchObject({ prompt_tokens: null });
    const total = { type: "message_delta", delta: {}, usage: { output_tokens: 5, input_tokens: null } };
    expect(readStream("message", [start({ usage: begun }), total]).usage).toMatchObject({
      prompt_tokens: 9,
      cached_tokens: 0,
      completion_tokens: 5,
    });
  });

  test("a refusal, and an id that is a generation's", () => {
    expect(readWhole("message", message([], { id: "gen-1", stop_reason: "refusal" }))).toMatchObject({
      generation_id: "gen-1",
      finish_reason: "refusal",
      refused: true,
    });
  });

  const error = { type: "overloaded_error", message: "Oh", error_type: "provider_overloaded" };
  test.each<[string, () => unknown, object]>([
    [
      "with OpenRouter's type",
      () => readWhole("message", { type: "error", error }),
      { code: null, type: "provider_overloaded", message: "Oh" },
    ],
    [
      "with Anthropic's type alone",
      () => readWhole("message", { type: "error", error: { type: "overloaded_error", message: "Oh" } }),
      { code: null, type: "provider_overloaded", message: "Oh" },
    ],
    [
      "in a stream",
      () => readStream("message", [start(), { type: "error", error }]),
      { code: null, type: "provider_overloaded", message: "Oh" },
    ],
    [
      "in chat's form",
      () => readWhole("message", { error: { code: 402, message: "Oh" } }),
      { code: 402, type: "payment_required", message: "Oh" },
    ],
  ])("an error %s", (_what, read, expected) => {
    const answer = read() as { response: unknown };
    expect(answer).toMatchObject({ error: expected, ended: true });
    expect(answer.response).toBeUndefined();
  });
});

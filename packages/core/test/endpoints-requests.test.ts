import type { RequestDescription } from "../src/capture/endpoints/endpoint.ts";
import { endpointNamed, endpointOf } from "../src/capture/endpoints/endpoints.ts";
import { valueDigest } from "../src/privacy/digest.ts";

const described = (eventType: string, body: object): RequestDescription =>
  endpointNamed(eventType)!.describeRequest!(body as never);

test.each([
  ["/completions", "completion"],
  ["/responses", "response"],
  ["/messages", "message"],
  ["/messages/count_tokens", "unknown_endpoint"],
  ["/presets/mine/responses", "management"],
])("POST %s is a %s", (path, eventType) => {
  expect(endpointOf("POST", path).endpoint.eventType).toBe(eventType);
});

describe("a completion", () => {
  test("has its prompt, its parameters, and neither tools nor turns", () => {
    const body = {
      model: "a/b",
      prompt: "x",
      stream: true,
      best_of: 2,
      echo: false,
      logprobs: 3,
      suffix: "s",
    };
    expect(described("completion", { ...body, user: "ada", provider: { zdr: true } })).toMatchObject({
      model: "a/b",
      stream: true,
      claimed_user: "ada",
      parameters: { best_of: 2, echo: false, logprobs: 3 },
      policy: { zdr: true },
      tools_offered: [],
      answered_calls: [],
      prompt: "x",
    });
    expect(described("completion", body).opening).toBeUndefined();
  });

  test.each([[["a", "b"]], [[1, 2]], [""]])("may have %j as prompt", (prompt) => {
    expect(described("completion", { prompt }).prompt).toEqual(prompt);
  });

  test.each([[{}], [{ prompt: null }], [{ messages: [] }]])("has no prompt in %j", (body) => {
    expect(described("completion", body).prompt).toBeUndefined();
  });
});

describe("a response", () => {
  test("has its parameters under the names that chat gives them", () => {
    const body = {
      input: "x",
      max_output_tokens: 100,
      max_tool_calls: 3,
      temperature: 0.5,
      truncation: "auto",
      store: false,
      background: false,
      reasoning: { effort: "low", max_tokens: 50, summary: "auto" },
      text: { format: { type: "json_schema", name: "n", schema: {} }, verbosity: "low" },
      tool_choice: { type: "function", name: "weather" },
      tools: [{ type: "function", name: "weather" }, { type: "openrouter:web_search" }],
      models: ["c/d"],
      safety_identifier: "ada",
    };
    expect(described("response", body)).toMatchObject({
      claimed_user: "ada",
      tools_offered: ["weather", "openrouter:web_search"],
      policy: { fallback_models: ["c/d"] },
      prompt: { input: "x", instructions: null },
    });
    expect(described("response", body).parameters).toEqual({
      max_output_tokens: 100,
      max_tool_calls: 3,
      temperature: 0.5,
      truncation: "auto",
      store: false,
      background: false,
      reasoning_effort: "low",
      reasoning_max_tokens: 50,
      reasoning_summary: "auto",
      response_format: "json_schema",
      verbosity: "low",
      tool_choice: "weather",
    });
    expect(described("response", { ...body, user: "eve" }).claimed_user).toBe("eve");
  });

  test("has its input and instructions as prompt, and none without either", () => {
    expect(described("response", { input: [], instructions: "i" }).prompt).toEqual({
      input: [],
      instructions: "i",
    });
    expect(described("response", { instructions: "i" }).prompt).toEqual({ input: null, instructions: "i" });
    for (const body of [{}, { input: null }, { instructions: null }])
      expect(described("response", body).prompt).toBeUndefined();
  });

  test("carries the results of tools that its input ends with", () => {
    const output = (call_id: string, type = "function_call_output") => ({ type, call_id, output: "x" });
    const input = [
      output("old"),
      { role: "user", content: "x" },
      { type: "function_call", call_id: "a" },
      output("a"),
      output("b", "shell_call_output"),
    ];
    expect(described("response", { input }).answered_calls).toEqual(["a", "b"]);
    expect(described("response", { input: [...input, { role: "user" }] }).answered_calls).toEqual([]);
  });
});

describe("a message", () => {
  test("has its parameters under the names that chat gives them", () => {
    const body = {
      messages: [],
      max_tokens: 100,
      top_k: 5,
      speed: "fast",
      thinking: { type: "enabled", budget_tokens: 50 },
      output_config: { effort: "high", format: { type: "json_schema", schema: {} } },
      stop_sequences: ["CANARY", "x"],
      tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
      tools: [
        { name: "weather", input_schema: {} },
        { type: "web_search_20250305", name: "web_search" },
      ],
      fallbacks: [{ model: "c/d" }, { model: "e/f" }],
      metadata: { user_id: "ada" },
    };
    const { parameters, ...said } = described("message", body);
    expect(said).toMatchObject({
      claimed_user: "ada",
      tools_offered: ["weather", "web_search"],
      policy: { fallback_models: ["c/d", "e/f"] },
      prompt: { messages: [], system: null },
    });
    expect(parameters).toEqual({
      max_tokens: 100,
      top_k: 5,
      speed: "fast",
      thinking: "enabled",
      reasoning_effort: "high",
      reasoning_max_tokens: 50,
      response_format: "json_schema",
      stop_count: 2,
      tool_choice: "weather",
      parallel_tool_calls: false,
    });
    const more = { user: "eve", models: ["g/h"] };
    expect(described("message", { ...body, ...more })).toMatchObject({
      claimed_user: "eve",
      policy: { fallback_models: ["g/h", "c/d", "e/f"] },
    });
  });

  test("asks nothing of the routing when it does not", () => {
    expect(described("message", { messages: [] })).toMatchObject({ policy: null, parameters: {} });
  });

  test("has its messages and its system prompt as prompt, and none without either", () => {
    const system = [{ type: "text", text: "s" }];
    expect(described("message", { messages: [1], system }).prompt).toEqual({ messages: [1], system });
    expect(described("message", { system }).prompt).toEqual({ messages: null, system });
    for (const body of [{}, { messages: null }, { system: null }])
      expect(described("message", body).prompt).toBeUndefined();
  });

  test("carries the results of tools in its last message", () => {
    const result = (tool_use_id: string) => ({ type: "tool_result", tool_use_id, content: "x" });
    const messages = [
      { role: "user", content: [result("old")] },
      { role: "user", content: [result("a"), { type: "text", text: "x" }, result("b")] },
    ];
    expect(described("message", { messages }).answered_calls).toEqual(["a", "b"]);
    expect(described("message", { messages: [...messages, { content: "x" }] }).answered_calls).toEqual([]);
  });
});

describe("the opening of a conversation", () => {
  const openings = (eventType: string, bodies: object[]) =>
    new Set(bodies.map((body) => valueDigest(described(eventType, body).opening)));
  const marked = { type: "text", text: "lo", cache_control: { type: "ephemeral" } };

  test("is the same in whatever form its text is told", () => {
    const input = [
      "hello",
      [
        { role: "user", content: "hello" },
        { role: "user", content: "more" },
      ],
    ];
    const parts = [{ type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] }];
    expect(
      openings(
        "response",
        [...input, parts].map((given) => ({ input: given })),
      ).size,
    ).toBe(1);
    const content = ["hello", [{ type: "text", text: "hello" }], [{ type: "text", text: "hel" }, marked]];
    const messages = content.map((given) => ({ messages: [{ role: "user", content: given }] }));
    expect(openings("message", messages).size).toBe(1);
  });

  test("is another for another text, another role, and more than a text", () => {
    const image = { type: "image", source: { type: "url", url: "u" } };
    const firsts = [
      { role: "user", content: "hello" },
      { role: "user", content: "bye" },
      { role: "assistant", content: "hello" },
      { role: "user", content: [{ type: "text", text: "hello" }, image] },
    ];
    expect(
      openings(
        "message",
        firsts.map((first) => ({ messages: [first] })),
      ).size,
    ).toBe(4);
  });
});

describe("the models that a request names", () => {
  test.each<[string, string, object, string[]]>([
    ["are none", "chat_completion", { messages: [] }, []],
    ["are each named once", "chat_completion", { model: "a/b", models: ["a/b", "c/d"] }, ["a/b", "c/d"]],
    [
      "are those of both lists of a message",
      "message",
      { models: ["a/b"], fallbacks: [{ model: "c/d" }] },
      ["a/b", "c/d"],
    ],
    [
      "are those of its fallbacks, where the other list is empty",
      "message",
      { models: [], fallbacks: [{ model: "c/d" }] },
      ["c/d"],
    ],
    [
      "are those that a tool asks",
      "chat_completion",
      { tools: [{ type: "openrouter:advisor", parameters: { model: "a/b" } }] },
      ["a/b"],
    ],
    [
      "are those that a tool of Anthropic's asks",
      "message",
      { tools: [{ type: "advisor_20260301", name: "advisor", model: "a/b" }] },
      ["a/b"],
    ],
    [
      "are those of a panel",
      "response",
      { plugins: [{ id: "fusion", model: "a/b", analysis_models: ["c/d"] }] },
      ["a/b", "c/d"],
    ],
    [
      "are those of tools that a tool is given",
      "chat_completion",
      {
        tools: [
          {
            type: "openrouter:subagent",
            parameters: { tools: [{ type: "x", parameters: { model: "a/b" } }] },
          },
        ],
      },
      ["a/b"],
    ],
    [
      "are those of tools offered in an input",
      "response",
      { input: [{ type: "additional_tools", tools: [{ type: "x", model: "a/b" }] }] },
      ["a/b"],
    ],
    [
      "are those of the requests of a batch",
      "batch",
      {
        model: "a/b",
        requests: [{ body: { model: "c/d", models: ["e/f"] } }, { body: { fallbacks: [{ model: "g/h" }] } }],
      },
      ["a/b", "c/d", "e/f", "g/h"],
    ],
  ])("%s", (_how, eventType, body, models) => {
    expect(described(eventType, body).models).toEqual(models);
  });

  test("are told to be more than 128 where they are, whatever stands among them", () => {
    const models = [
      ...Array<null>(200).fill(null),
      ...Array.from({ length: 200 }, (_, index) => `a/${index}`),
    ];
    expect(described("chat_completion", { models }).models).toHaveLength(129);
  });
});

test("a tool of OpenRouter's own is known by its type, whatever it is called", () => {
  const tools = [{ type: "openrouter:advisor", name: "weather", function: { name: "weather" } }];
  expect(described("chat_completion", { tools }).tools_offered).toEqual(["openrouter:advisor"]);
});

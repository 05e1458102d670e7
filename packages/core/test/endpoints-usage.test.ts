import { readStream, readWhole } from "./support/read-answer.ts";

// Everything a usage is documented to hold, under the names of each form.
const costs = { cost: 0.01, is_byok: true };
const tools = { tool_calls_requested: 5, tool_calls_executed: 4, web_search_requests: 3 };

const said = {
  cost_usd: 0.01,
  is_byok: true,
  upstream_cost_usd: 0.9,
};
const split = {
  server_tool_cost_usd: 0.2,
  upstream_completion_cost_usd: 0.4,
  upstream_prompt_cost_usd: 0.5,
};

test("a chat completion tells every kind of token, and the price of its prompt and of its completion", () => {
  const usage = {
    ...costs,
    prompt_tokens: 100,
    completion_tokens: 50,
    total_tokens: 150,
    prompt_tokens_details: {
      cached_tokens: 1,
      cache_write_tokens: 2,
      audio_tokens: 3,
      video_tokens: 4,
      image_tokens: 5,
      file_tokens: 6,
    },
    completion_tokens_details: {
      reasoning_tokens: 7,
      image_tokens: 8,
      audio_tokens: 9,
      accepted_prediction_tokens: 10,
      rejected_prediction_tokens: 11,
    },
    server_tool_use_details: tools,
    cost_details: {
      upstream_inference_cost: 0.9,
      upstream_inference_prompt_cost: 0.5,
      upstream_inference_completions_cost: 0.4,
      server_tool_cost: 0.2,
    },
  };
  expect(readWhole("chat_completion", { choices: [], usage }).usage).toEqual({
    ...said,
    prompt_tokens: 100,
    completion_tokens: 50,
    total_tokens: 150,
    cached_tokens: 1,
    cache_write_tokens: 2,
    reasoning_tokens: 7,
    usage_details: {
      ...split,
      ...tools,
      prompt_audio_tokens: 3,
      prompt_video_tokens: 4,
      prompt_image_tokens: 5,
      prompt_file_tokens: 6,
      completion_image_tokens: 8,
      completion_audio_tokens: 9,
      accepted_prediction_tokens: 10,
      rejected_prediction_tokens: 11,
    },
  });
});

test("a response calls them input and output, and tells the same", () => {
  const usage = {
    ...costs,
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 1, cache_write_tokens: 2 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 7 },
    total_tokens: 150,
    server_tool_use_details: tools,
    cost_details: {
      upstream_inference_cost: 0.9,
      upstream_inference_input_cost: 0.5,
      upstream_inference_output_cost: 0.4,
      server_tool_cost: 0.2,
    },
  };
  expect(readWhole("response", { output: [], usage }).usage).toEqual({
    ...said,
    prompt_tokens: 100,
    completion_tokens: 50,
    total_tokens: 150,
    cached_tokens: 1,
    cache_write_tokens: 2,
    reasoning_tokens: 7,
    usage_details: { ...split, ...tools },
  });
});

test("a message tells how long what it wrote to the cache is kept, and what it fetched", () => {
  const usage = {
    ...costs,
    input_tokens: 100,
    output_tokens: 50,
    cache_read_input_tokens: 1,
    cache_creation_input_tokens: 5,
    cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 },
    output_tokens_details: { thinking_tokens: 7 },
    server_tool_use: { web_search_requests: 3, web_fetch_requests: 2 },
    cost_details: { upstream_inference_cost: 0.9 },
  };
  const whole = readWhole("message", { content: [], usage }).usage;
  expect(whole).toEqual({
    ...said,
    prompt_tokens: 100,
    completion_tokens: 50,
    total_tokens: null,
    cached_tokens: 1,
    cache_write_tokens: 5,
    reasoning_tokens: 7,
    usage_details: {
      cache_write_1h_tokens: 3,
      cache_write_5m_tokens: 2,
      web_fetch_requests: 2,
      web_search_requests: 3,
    },
  });
  const last = { type: "message_delta", delta: {}, usage };
  expect(readStream("message", [last, { type: "message_stop" }]).usage).toEqual(whole);
});

test("the calls of OpenRouter's own tools have two names, and count under both", () => {
  const usageWith = (usage: object) => readWhole("chat_completion", { choices: [], usage }).usage;
  for (const name of ["server_tool_use", "server_tool_use_details"])
    expect(usageWith({ [name]: tools }).usage_details).toEqual(tools);
});

import { readStream, readWhole } from "./support/read-answer.ts";

const metadata = {
  requested: "openrouter/auto",
  strategy: "auto",
  region: "iad",
  summary: "CANARY",
  attempt: 2,
  is_byok: false,
  endpoints: {
    total: 2,
    available: [
      { provider: "Azure", model: "openai/gpt-5-mini", selected: false },
      { provider: "OpenAI", model: "openai/gpt-5-mini", selected: true },
    ],
  },
  attempts: [{ provider: "Azure", model: "openai/gpt-5-mini", status: 503 }],
  pipeline: [
    {
      type: "guardrail",
      name: "regex_pi_detection",
      guardrail_id: "grd_1",
      guardrail_scope: "api-key",
      summary: "CANARY",
      data: { patterns: ["CANARY"] },
      cost_usd: 0.001,
    },
    { type: "a_stage_of_tomorrow", name: "x" },
  ],
  generation_time: 812,
  params: { version_group: "CANARY" },
};
const routing = {
  requested: "openrouter/auto",
  strategy: "auto",
  region: "iad",
  attempt: 2,
  attempts: [{ provider: "Azure", model: "openai/gpt-5-mini", status: 503 }],
  available_total: 2,
  available: metadata.endpoints.available,
  pipeline: [
    {
      type: "guardrail",
      name: "regex_pi_detection",
      guardrail_id: "grd_1",
      guardrail_scope: "api-key",
      cost_usd: 0.001,
    },
    { type: "a_stage_of_tomorrow", name: "x", guardrail_id: null, guardrail_scope: null, cost_usd: null },
  ],
  generation_ms: 812,
};
const told = { openrouter_metadata: metadata };
const finish = { choices: [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }] };
const error = { code: 403, message: "No" };

test.each<[string, () => unknown]>([
  ["a chat completion", () => readWhole("chat_completion", { choices: [], ...told })],
  [
    "the last chunk of one",
    () => readStream("chat_completion", [finish, { choices: [], ...told }, "[DONE]"]),
  ],
  ["its refusal", () => readWhole("chat_completion", { error, ...told })],
  ["an error in its stream", () => readStream("chat_completion", [finish, { error, choices: [], ...told }])],
  ["a response", () => readWhole("response", { output: [], ...told })],
  ["its last event", () => readStream("response", [{ type: "response.completed", response: told }])],
  ["its failure", () => readStream("response", [{ type: "response.failed", response: { error, ...told } }])],
  ["its refusal", () => readWhole("response", { error, ...told })],
  ["a message", () => readWhole("message", { content: [], ...told })],
  ["its last event", () => readStream("message", [{ type: "message_stop", ...told }])],
  ["its refusal", () => readWhole("message", { type: "error", error, ...told })],
  ["an embedding", () => readWhole("embedding", { data: [], ...told })],
])("how a call was routed stands in %s, without a word of the prompt", (_where, read) => {
  const answer = read();
  expect(answer).toMatchObject({ routing });
  expect(JSON.stringify(answer)).not.toContain("CANARY");
});

test("the provider that was selected is the one that answered, unless the answer names its own", () => {
  expect(readWhole("response", { output: [], ...told })).toMatchObject({ provider: "OpenAI" });
  expect(readWhole("response", { output: [], provider: "Groq", ...told })).toMatchObject({
    provider: "Groq",
  });
  const { available } = metadata.endpoints;
  const none = { ...metadata, endpoints: { available: available.slice(0, 1) } };
  expect(readWhole("response", { output: [], openrouter_metadata: none })).toMatchObject({ provider: null });
});

test("of a long list the first 32 are kept, and what is none is empty", () => {
  const many = Array.from({ length: 40 }, () => ({ provider: "Azure", status: 500 }));
  const lists = { attempts: many, pipeline: many, endpoints: { total: 40, available: many } };
  const kept = readWhole("response", { output: [], openrouter_metadata: lists }).routing!;
  expect([kept.attempts, kept.pipeline, kept.available].map(({ length }) => length)).toEqual([32, 32, 32]);
  expect(kept.available_total).toBe(40);
  const odd = { attempts: "x", pipeline: { type: "guardrail" }, endpoints: [] };
  expect(readWhole("response", { output: [], openrouter_metadata: odd }).routing).toMatchObject({
    ...{ attempts: [], pipeline: [], available: [], available_total: null },
  });
});

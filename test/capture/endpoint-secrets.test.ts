import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorld } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

const canary = "CANARY-7f3a";
const schema = { type: "object", title: canary };
const input = { text: canary, [canary]: canary };
const error = { code: 403, message: "Forbidden", metadata: { flagged_input: canary, patterns: [canary] } };

const requests: Readonly<Record<string, object>> = {
  "/completions": { prompt: canary, suffix: canary, stop: [canary], logit_bias: { [canary]: 1 } },
  "/responses": {
    input: [
      { role: "user", content: [{ type: "input_text", text: canary }] },
      { type: "function_call_output", call_id: "call_1", output: canary },
    ],
    instructions: canary,
    metadata: { note: canary },
    tools: [{ type: "function", name: "f", description: canary, parameters: schema }],
    text: { format: { type: "json_schema", name: canary, schema } },
    prompt_cache_key: canary,
  },
  "/messages": {
    messages: [
      { role: "user", content: [{ type: "text", text: canary }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: canary }] },
    ],
    system: [{ type: "text", text: canary }],
    stop_sequences: [canary],
    tools: [{ name: "f", description: canary, input_schema: schema }],
    output_config: { format: { type: "json_schema", schema } },
    metadata: { note: canary },
  },
};

const item = { type: "function_call", call_id: "call_1", name: "f", arguments: canary };
const said = { type: "message", content: [{ type: "output_text", text: canary }] };
const blocks = [
  { type: "text", text: canary },
  { type: "thinking", thinking: canary, signature: canary },
  { type: "tool_use", id: "call_1", name: "f", input },
  { type: "web_search_tool_result", content: [{ title: canary }] },
];
const answers: Readonly<Record<string, readonly object[]>> = {
  "/completions": [
    { choices: [{ index: 0, text: canary, reasoning: canary, finish_reason: "stop" }], error },
    { choices: [{ index: 0, text: canary, finish_reason: "stop" }] },
  ],
  "/responses": [
    { status: "completed", output: [said, item, { type: "x", content: canary }], instructions: canary },
    { status: "failed", output: [said], error },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_text.delta", output_index: 1, delta: canary },
    { type: "response.completed", response: { output: [said, item], instructions: canary } },
  ],
  "/messages": [
    { type: "message", content: blocks, stop_reason: "end_turn", stop_sequence: canary },
    { type: "error", error: { ...error, type: "permission_error" } },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: canary } },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: canary } },
    { type: "message_stop" },
  ],
};

describe.each(Object.keys(requests))("%s", (path) => {
  test("keeps no word of what was asked, and none of what was answered", async () => {
    const { audit, fake, directory, problems, entries } = await openWorld();
    const events = answers[path]!.map((body) => JSON.stringify(body));
    const bodies = [
      ...events.map((body) => ({ type: "application/json", body })),
      ...events.map((body) => ({ type: "text/event-stream", body: `data: ${body}\n\n` })),
      { type: "text/event-stream", body: events.map((body) => `data: ${body}\n\n`).join("") },
    ];
    for (const { type, body } of bodies) {
      fake.next({ raw: { headers: { "content-type": type }, body } });
      await (await audit.fetch(`${fake.url}${path}`, asking({}, requests[path]))).text();
    }
    expect(entries()).toHaveLength(bodies.length);
    expect(entries()[0]).toMatchObject({ endpoint: `/api/v1${path}`, prompt_hash: expect.any(String) });
    const kept = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
    expect(kept.join("") + JSON.stringify(problems)).not.toContain(canary);
  });
});

import { EcsVersion } from "@elastic/ecs";
import type { AuditEntry } from "@openrouter-audit/core";
import { toEcs } from "../src/index.ts";
import { EcsIndex, fieldsOf } from "./support/ecs-definitions.ts";
import { entries, entryLines, entryOf } from "./support/vectors.ts";

const documentOf = (entry: AuditEntry) => Object.fromEntries(fieldsOf(toEcs(entry)));

test("every field of every entry is one of ECS 9.4, of its type and with a value it may have", () => {
  expect(EcsVersion).toBe("9.4.0");
  const index = new EcsIndex();
  for (const entry of entries) expect(index.flawsOf(toEcs(entry))).toEqual([]);
});

test("the definitions are asked in earnest", () => {
  const flaws = (document: object) => new EcsIndex().flawsOf(document);
  expect(flaws({ gen_ai: { response: { finish_reasons: ["stop"] } } })).not.toEqual([]);
  expect(flaws({ gen_ai: { prompt: "x" } })).toEqual(["gen_ai.prompt is no field"]);
  expect(flaws({ event: { duration: 1.5 } })).not.toEqual([]);
  expect(flaws({ event: { category: ["api"], type: ["error"] } })).toEqual(["api with type error"]);
  const index = new EcsIndex();
  index.flawsOf({ openrouter_audit: { cost_usd: 1 } });
  expect(index.flawsOf({ openrouter_audit: { cost_usd: "1" } })).toEqual([
    "openrouter_audit.cost_usd was number and is string",
  ]);
});

test("a call is an event of an API, with its model, tokens, and nanoseconds", () => {
  const entry = entryOf("chat_completion");
  expect(documentOf(entry)).toMatchObject({
    "@timestamp": entry.timestamp,
    "ecs.version": "9.4.0",
    "event.kind": "event",
    "event.category": ["api"],
    "event.type": ["access"],
    "event.action": "chat_completion",
    "event.outcome": "success",
    "event.duration": 4_361_000,
    "event.created": entry.recorded_at,
    "event.sequence": entry.seq,
    "event.hash": entry.chain_hash,
    "user.id": entry.user_id,
    "organization.id": "acme",
    "source.ip": "192.0.2.10",
    "gen_ai.system": "openrouter",
    "gen_ai.provider.name": "openrouter",
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": entry.model,
    "gen_ai.request.temperature": 0.2,
    "gen_ai.response.model": entry.model_served,
    "gen_ai.usage.input_tokens": entry.prompt_tokens,
    "openrouter_audit.provider": entry.provider,
    "openrouter_audit.cost_usd": entry.cost_usd,
    "openrouter_audit.metadata": '{"cost centre":42,"feature":"summary"}',
    "related.hash": [entry.prompt_hash, entry.response_hash],
  });
});

test.each([
  ["chat_completion", { status: "error" }, "failure", "api", "access", "error"],
  ["chat_completion", { status: "aborted" }, "unknown", "api", "access", "info"],
  ["call_refused", {}, "failure", "api", "denied", "warn"],
  ["call_started", {}, "unknown", "api", "start", "info"],
  ["file", {}, "success", "api", "deletion", "info"],
  ["answer.approved", {}, "success", "api", "info", "info"],
  ["audit.opened", {}, "success", "process", "start", "info"],
  ["audit.closed", {}, "success", "process", "end", "info"],
  ["audit.gap", {}, "failure", "process", "info", "error"],
])(
  "%s %j: outcome %s, category %s, type %s, level %s",
  (type, members, outcome, category, eventType, level) => {
    expect(documentOf(entryOf(type, members))).toMatchObject({
      "event.outcome": outcome,
      "event.category": [category],
      "event.type": [eventType],
      "log.level": level,
    });
  },
);

test("an anchor that is contradicted is an alert", () => {
  const contradicted = entries.filter(({ event_type }) => event_type === "audit.anchored")[1]!;
  expect(documentOf(contradicted)).toMatchObject({
    "event.kind": "alert",
    "event.category": ["intrusion_detection"],
    "log.level": "fatal",
  });
});

test("what an integer of an index does not hold is left out", () => {
  const large = { ...entryOf("chat_completion"), prompt_tokens: 2 ** 31, parameters: { seed: 2 ** 40 } };
  const fields = documentOf(large);
  expect(fields).not.toHaveProperty(["gen_ai.usage.input_tokens"]);
  expect(fields).not.toHaveProperty(["gen_ai.request.seed"]);
});

test("a call finds its span: that which it was made in, else the trace of the request it was made for", () => {
  const traced = documentOf(entryOf("chat_completion", { status: "aborted" }));
  expect(traced).toMatchObject({
    "trace.id": "0af7651916cd43dd8448eb211c80319d",
    "span.id": "b7ad6b7169203331",
  });
  const incoming = documentOf(entryOf("chat_completion"));
  expect(incoming["trace.id"]).toBe("0af7651916cd43dd8448eb211c80319c");
  expect(incoming).not.toHaveProperty(["span.id"]);
});

test("event.original is the exact line", () => {
  expect(entries.map((entry) => documentOf(entry)["event.original"])).toEqual(entryLines);
});

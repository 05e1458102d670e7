// Makes the documents of test/vectors/formats anew from the built packages: only when docs/formats.md changes. Look at the
// difference before you commit it: the expectations are those of the page, not whatever the code says.
//   npm run build && node test/vectors/make-formats.mjs
// With --entries it first makes new entries, one of each event type, sealed in one log with a key of its own.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

os.hostname = () => "vectors.example";
syncBuiltinESMExports();
const vectors = fileURLToPath(new URL(".", import.meta.url));
const folder = join(vectors, "formats");
const core = createRequire(new URL("../../packages/core/dist/", import.meta.url));
const { toOcsf, toCloudEvents, toEcs, toCef } = createRequire(new URL("../../packages/formats/dist/", import.meta.url))("./index.js");

if (process.argv.includes("--entries")) writeLines("entries.jsonl", sealed(drafts()));
const entries = readFileSync(join(folder, "entries.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
writeLines("ocsf.jsonl", entries.map((entry) => JSON.stringify(toOcsf(entry))));
writeLines("cloudevents.jsonl", entries.map((entry) => JSON.stringify(toCloudEvents(entry))));
writeLines("ecs.jsonl", entries.map((entry) => JSON.stringify(toEcs(entry))));
writeLines("cef.txt", entries.map(toCef));
console.log(`${entries.length} entries, each as OCSF, CloudEvents, ECS and CEF`);

function writeLines(file, lines) {
  writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
}

/** One log, one commit, so that the last line's signature covers them all. */
function sealed(all) {
  const { LogSealer } = core("./seal/log-sealer.js");
  const { issueDelegation } = core("./seal/delegation.js");
  const { rootSignerOf } = core("./privacy/secret.js");
  const [{ secret, name }] = JSON.parse(readFileSync(join(vectors, "keys.json"), "utf8"));
  const sealer = new LogSealer(name);
  const at = new Date("2026-11-25T09:30:00.500Z");
  const key = {
    log_key: sealer.vkey,
    delegation: issueDelegation(rootSignerOf(secret, name), sealer.origin, sealer.vkey, at),
  };
  const withKey = all.map((draft) => (draft.detail?.seal ? { ...draft, detail: { ...draft.detail, ...key } } : draft));
  return sealer.seal(withKey, at).lines.toString().trimEnd().split("\n");
}

function drafts() {
  const lines = ["audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"].flatMap((day) =>
    readFileSync(join(vectors, "journal", "sound", day), "utf8").trimEnd().split("\n"),
  );
  const found = lines.map((line) => {
    const { log: _log, seq: _seq, recorded_at: _at, chain_hash: _root, signature: _signature, ...draft } = JSON.parse(line);
    return draft;
  });
  const of = (type) => found.find((draft) => draft.event_type === type);
  const { nothingMeasured } = core("./entry/draft-entry.js");
  const request = {
    id: "2dab510f-51da-49fb-95d5-0754f7c10543",
    ip: "192.0.2.10",
    method: "POST",
    route: "/chat/:id",
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64)",
  };
  const chat = {
    ...nothingMeasured,
    ...of("chat_completion"),
    request,
    exchange_id: "01a20ff7-6428-72ec-8d31-b0d38ca1bf1d",
    tenant_id: "acme",
    session_id: "s-7",
    claimed_user: "somebody",
    parameters: { max_tokens: 256, seed: 7, temperature: 0.2 },
    metadata: { feature: "summary", "cost centre": 42 },
    tools: { offered: ["search"], called: ["search"] },
  };
  const only = {
    model: null, model_served: null, provider: null, stream: null, parameters: null, policy: null, routing: null, tools: null,
    finish_reason: null, native_finish_reason: null, refused: null, prompt_hash: null, response_hash: null,
    prompt_tokens: null, completion_tokens: null, total_tokens: null, cached_tokens: null, cache_write_tokens: null,
    reasoning_tokens: null, usage_details: null, cost_usd: null, upstream_cost_usd: null, is_byok: null,
    generation_id: null, time_to_first_token_ms: null,
  };
  const call = (event_type, method, path, more = {}) => ({ ...chat, event_type, method, endpoint: `/api/v1${path}`, ...more });
  const own = (event_type, more) => ({ ...nothingMeasured, ...of("prompt.approved"), event_type, ...more });
  const system = (event_type, detail) => ({ ...nothingMeasured, ...of("audit.closed"), event_type, detail });
  const someone = { user_id: "ada", attribution: { how: "authenticated", source: "os.userInfo()" } };
  const reading = (detail, type = "audit.read") => ({
    ...system(type, { act_id: "01a215a6-1e7a-74ce-a662-a4304d84647f", doing: "query", source: "/srv/audit", parameters: { match: { user_id: "grace" } }, ...detail }),
    ...someone,
  });
  const noPolicy = Object.fromEntries(
    ["zdr", "data_collection", "allow_fallbacks", "enforce_distillable_text", "require_parameters", "provider_order", "provider_only", "provider_ignore", "quantizations", "sort", "fallback_models", "plugins", "plugins_off", "max_price", "preset"].map((name) => [name, null]),
  );
  const routing = {
    requested: "openai/gpt-4o-mini", strategy: "direct", region: "iad", attempt: 1, attempts: [{ provider: "OpenAI", model: "openai/gpt-4o-mini", status: 429 }],
    available_total: 1, available: [{ provider: "OpenAI", model: "openai/gpt-4o-mini", selected: true }], pipeline: [], generation_ms: 12.5,
  };
  const failed = { ...only, status: "error", model: chat.model, error_type: "rate_limit_exceeded", error_code: 429, http_status: 429, error_message: "Rate limit exceeded: 20 requests a minute.", unavailable: { code: "no_endpoints", excluded_by: "data_policy:zdr" }, policy: { ...noPolicy, zdr: true, fallback_models: ["openai/gpt-5-mini"] }, routing };
  const unsent = {
    ...failed, unavailable: null, routing: null, error_code: null, http_status: null, response_bytes: null, response_complete: null, latency_ms: 1.5,
    error_type: "refused_by_policy", error_message: "Calls must ask for zero data retention.", prompt_hash: chat.prompt_hash,
  };
  const start = { ...unsent, status: "unknown", error_type: null, error_message: null, latency_ms: null, prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, detail: { event_type: "chat_completion" } };
  const all = [
    { ...nothingMeasured, ...of("audit.opened") },
    call("chat_completion", "POST", "/chat/completions"),
    call("chat_completion", "POST", "/chat/completions", failed),
    call("chat_completion", "POST", "/chat/completions", { status: "aborted", response_complete: false, cost_usd: null, error_type: "AbortError", request: { ...request, ip: "2001:db8::1" }, metadata: { traceparent: "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01" } }),
    call("chat_completion", "POST", "/chat/completions", { ...start, detail: null, prompt_tokens: null, completion_tokens: null, total_tokens: null, error_type: "process_ended" }),
    call("completion", "POST", "/completions", { cache_status: "HIT", cache_source_id: "gen-1764028700-example", service_tier: "flex", native_finish_reason: "completed", upstream_cost_usd: 0.000003, reasoning_tokens: 2, refused: false, time_to_first_token_ms: 124.297 }),
    call("response", "POST", "/responses"),
    call("message", "POST", "/messages"),
    call("embedding", "POST", "/embeddings", { completion_tokens: null }),
    call("rerank", "POST", "/rerank", { completion_tokens: null, usage_details: { search_units: 1 } }),
    call("image", "POST", "/images"),
    call("speech", "POST", "/audio/speech", { cost_usd: null }),
    call("transcription", "POST", "/audio/transcriptions", { usage_details: { seconds: 12.5 } }),
    call("video", "POST", "/videos", { finish_reason: "pending" }),
    call("video_status", "GET", "/videos/{id}", { finish_reason: "completed" }),
    call("video_content", "GET", "/videos/{id}/content", only),
    call("batch", "POST", "/batches"),
    call("batch_status", "GET", "/batches/{id}"),
    call("file_upload", "POST", "/files", { ...only, parameters: { purpose: "batch" } }),
    call("file_content", "GET", "/files/{id}/content", only),
    call("file", "DELETE", "/files/{id}", only),
    call("catalogue", "GET", "/models", only),
    call("management", "PATCH", "/keys/{id}", only),
    call("unknown_endpoint", "POST", "/new/thing", only),
    call("call_refused", "POST", "/chat/completions", unsent),
    call("call_started", "POST", "/chat/completions", start),
    own("answer.approved", { user_id: "ada", metadata: { length: 42 } }),
    system("audit.heartbeat", { heartbeat_ms: 300000, guarantee: "recorded" }),
    system("audit.gap", { reason: "journal_unwritable", count: 12, since: "2026-11-24T09:00:00.000Z", until: "2026-11-24T09:05:00.000Z" }),
    system("audit.anchored", { heads: [{ log: "web/1", size: 12 }], contradicted: [] }),
    system("audit.anchored", { heads: [{ log: "web/1", size: 12 }], contradicted: [{ log: "web/2", size: 9 }] }),
    reading({ state: "begun" }),
    { ...reading({ state: "ended", outcome: "failed", rows: 12, duration_ms: 340 }), status: "error", error_type: "JOURNAL_UNREADABLE", error_message: "Cannot read /srv/audit." },
    reading({ state: "ended", doing: "bagit", outcome: "complete", rows: 48, duration_ms: 900 }, "audit.exported"),
    reading({ state: "begun", doing: "openrouter" }, "audit.reconciled"),
    system("audit.corrected", { entry: "01a215a6-1e7a-74ce-a662-a4304d846480", generation_id: "gen-1", source: "openrouter", recorded: { cost_usd: null, prompt_tokens: null, completion_tokens: null, cancelled: null }, found: { cost_usd: 0.000353, prompt_tokens: 12, completion_tokens: 3, cancelled: true } }),
    { ...system("audit.archived", { files: [{ file: "audit_2026-10-01.jsonl", lines: 3, bytes: 4522, sha256: "0".repeat(64), archive_bytes: 812, archive_sha256: "1".repeat(64), at: "local" }] }), ...someone },
    { ...system("audit.deleted", { files: [{ file: "audit_2026-08-01.jsonl.gz", lines: 3, bytes: 4522, sha256: "0".repeat(64) }], policy: { delete_after: "90d" }, cuts: [] }), ...someone },
    { ...system("audit.hold", { action: "add", hold: "01a215a6-1e7a-74ce-a662-a4304d846481", everything: true, reason: "Case 17" }), ...someone },
    { ...system("audit.approved", { action: "delete", plan: "2".repeat(64), files: ["audit_2026-08-01.jsonl.gz"] }), ...someone },
    system("audit.of_a_later_version", { anything: true }),
    system("audit.closed", { reason: "close" }),
  ];
  // An id of its own for each, and always the same.
  return all.map((draft, index) => ({ ...draft, id: `019ab2d0-0000-7000-8000-0000000001${index.toString(16).padStart(2, "0")}` }));
}

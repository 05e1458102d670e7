import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { calm, sealed } from "./support/sealed.ts";
import { withFake } from "./support/with-fake.ts";

const world = withFake();
const call: Partial<AuditEntry> = {
  event_type: "chat_completion",
  user_id: "ada",
  call_id: "0199-call",
  method: "POST",
  endpoint: "/api/v1/chat/completions",
  model: "openai/gpt-5-mini",
  http_status: 200,
  request_bytes: 311,
  response_bytes: 2048,
  latency_ms: 1234.5,
  cost_usd: 0.1 + 0.2,
  request: {
    id: null,
    method: "POST",
    route: "/chat/:id",
    ip: null,
    user_agent: null,
    trace_id: "0af7651916cd43dd8448eb211c80319c",
  },
};

test("an entry is found by its members, labels, severity, trace and operation, and by no other's", async () => {
  const [entry, other] = sealed([call, { user_id: "grace" }]);
  await googleCloudSink({ client: world.client, labels: { team: "legal" } }).write([entry!, other!], calm());
  for (const filter of [
    'jsonPayload.model="openai/gpt-5-mini"',
    'jsonPayload.request.route="/chat/:id"',
    "jsonPayload.cost_usd=0.30000000000000004",
    'labels.user_id="ada"',
    'labels.event_type="chat_completion"',
    `labels.log="${entry!.log}" AND labels.seq="0" AND labels.team="legal"`,
    'trace="projects/audited/traces/0af7651916cd43dd8448eb211c80319c"',
    'operation.id="0199-call"',
    `insertId="${entry!.id}"`,
  ]) {
    const found = await world.read(filter);
    expect([filter, found.map(({ metadata }) => metadata.insertId)]).toEqual([filter, [entry!.id]]);
  }
});

test("an entry says what Logs Explorer shows: a message, the exchange, when it was recorded, the resource", async () => {
  const [entry] = sealed([call], new Date(Date.now() - 60_000));
  await googleCloudSink({ client: world.client }).write([entry!], calm());
  const [found] = await world.read();
  expect(found!.data.message).toBe("chat_completion success openai/gpt-5-mini ada");
  expect(found!.metadata.httpRequest).toMatchObject({
    requestMethod: "POST",
    requestUrl: "/api/v1/chat/completions",
    status: 200,
    requestSize: "311",
    responseSize: "2048",
    latency: { seconds: "1", nanos: 234_500_000 },
  });
  expect((found!.metadata.timestamp as Date).toISOString()).toBe(entry!.recorded_at);
  expect(found!.metadata.resource).toMatchObject({ type: "global" });
  expect(found!.metadata.severity).toBe("INFO");
});

test("what is read back is the line, byte for byte, and the place has the order of the log", async () => {
  const entries = sealed(
    Array.from({ length: 60 }, (_, index) => ({ metadata: { index: index / 7, none: null } })),
  );
  await googleCloudSink({ client: world.client }).write(entries, calm());
  const found = await world.read();
  expect(found.map(({ data }) => data.line)).toEqual(entries.map((entry) => lineOf(entry)));
  expect(linesOf(found.toReversed())).toEqual(entries.map((entry) => lineOf(entry)));
});

test.each<[string, Partial<AuditEntry>]>([
  ["INFO", { event_type: "chat_completion", status: "success" }],
  ["ERROR", { event_type: "chat_completion", status: "error" }],
  ["NOTICE", { event_type: "chat_completion", status: "aborted" }],
  ["WARNING", { event_type: "chat_completion", status: "unknown" }],
  ["WARNING", { event_type: "call_refused", status: "error" }],
  ["INFO", { event_type: "call_started", status: "unknown" }],
  ["INFO", { event_type: "audit.heartbeat" }],
  ["NOTICE", { event_type: "audit.opened" }],
  ["NOTICE", { event_type: "audit.closed" }],
  ["CRITICAL", { event_type: "audit.gap" }],
  ["NOTICE", { event_type: "audit.something_later" }],
  ["NOTICE", { event_type: "audit.anchored", detail: { contradicted: [] } }],
  ["ALERT", { event_type: "audit.anchored", detail: { contradicted: [{ log: "web/2", size: 9 }] } }],
  ["ERROR", { event_type: "answer.approved", status: "error" }],
  ["WARNING", { event_type: "constructor", status: "valueOf" as "error" }],
])("the severity is %s of %j", async (severity, members) => {
  await googleCloudSink({ client: world.client }).write(sealed([members]), calm());
  expect((await world.read()).map(({ metadata }) => metadata.severity)).toEqual([severity]);
});

test("a line too long for one LogEntry goes in parts, which are put together again; searches find the first", async () => {
  const text = "ü世👋".repeat(60_000);
  const [entry] = sealed([{ ...call, metadata: { text }, prompt_hash: "sha256:00" }]);
  await googleCloudSink({ client: world.client }).write([entry!], calm());
  const found = await world.read();
  expect(found.length).toBeGreaterThan(3);
  expect(found.map(({ metadata }) => metadata.split?.index)).toEqual(found.map((_, index) => index));
  const [first, ...rest] = found;
  expect(first!.data).toMatchObject({
    prompt_hash: "sha256:00",
    chain_hash: entry!.chain_hash,
    left_out: ["metadata"],
  });
  expect(first!.data.signature).toBe(entry!.signature);
  expect(Object.keys(rest[0]!.data).sort()).toEqual(["line", "message"]);
  expect(linesOf(found.toReversed())).toEqual([lineOf(entry!)]);
  expect(linesOf(found.slice(1))).toEqual([]);
});

test("a member that Google's own reader breaks on is in the line only", async () => {
  const metadata = JSON.parse(
    '{"hasOwnProperty": 1, "__proto__": {"a": 1}, "kept": [[], {}, [null, {"x": null}]]}',
  );
  const [entry] = sealed([{ metadata }]);
  await googleCloudSink({ client: world.client }).write([entry!], calm());
  const [found] = await world.read();
  expect(found!.data.metadata).toEqual({ kept: [[], {}, [null, {}]] });
  expect(linesOf([found!])).toEqual([lineOf(entry!)]);
});

test("what is too long for a label is cut, and says so", async () => {
  const [entry] = sealed([{ user_id: "u".repeat(70_000) }]);
  await googleCloudSink({ client: world.client }).write([entry!], calm());
  const [found] = await world.read();
  expect(found!.metadata.labels!.user_id).toBe(`${"u".repeat(512)}…[truncated]`);
  expect(linesOf([found!])).toEqual([lineOf(entry!)]);
});

test.each(["", "00000000000000000000000000000000", "0af7", "0AF7651916CD43DD8448EB211C80319C"])(
  "a trace id that is none (%s) makes no trace",
  async (trace_id) => {
    const request = { ...call.request!, trace_id };
    await googleCloudSink({ client: world.client }).write(sealed([{ request }]), calm());
    expect((await world.read()).map(({ metadata }) => metadata.trace)).toEqual([""]);
  },
);

test.each([
  ["01", true],
  ["00", false],
])("a call that names its span (flags %s) is found with it", async (flags, traceSampled) => {
  const traceparent = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
  const entries = sealed([{ ...call, metadata: { traceparent } }]);
  await googleCloudSink({ client: world.client }).write(entries, calm());
  const [found] = await world.read();
  expect(found!.metadata).toMatchObject({
    trace: "projects/audited/traces/4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    traceSampled,
  });
});

test("a format that makes texts is kept as text, in parts when it is long; the line, too, can be one", async () => {
  const entries = sealed([{}, { metadata: { text: "x".repeat(300_000) } }]);
  await googleCloudSink({ client: world.client, format: lineOf }).write(entries, calm());
  const found = await world.read();
  expect(found.map(({ data }) => typeof data)).toEqual(["string", "string", "string", "string"]);
  expect(linesOf(found)).toEqual(entries.map((entry) => lineOf(entry)));
});

test("a format that makes objects is kept as they are; what has no room in one is named", async () => {
  const at = new Date(0);
  const format = ({ id, metadata }: AuditEntry) => ({ id, raw: metadata, at, not: undefined });
  const entries = sealed([{ metadata: { a: 1 } }, { metadata: { text: "x".repeat(300_000) } }]);
  await googleCloudSink({ client: world.client, format }).write(entries, calm());
  expect((await world.read()).map(({ data }) => data)).toEqual([
    { id: entries[0]!.id, raw: { a: 1 }, at: "1970-01-01T00:00:00.000Z" },
    { id: entries[1]!.id, left_out: ["raw"], at: "1970-01-01T00:00:00.000Z" },
  ]);
});

test("log, project and resource are those of the options", async () => {
  world.fake.projects.set("other-project", ["roles/logging.logWriter"]);
  const resource = { type: "generic_task", labels: { project_id: "other-project", job: "api" } };
  const options = { client: world.client, projectId: "other-project", logName: "audit/calls", resource };
  await googleCloudSink(options).write(sealed([call]), calm());
  const [request] = world.fake.writes;
  expect(request).toMatchObject({ logName: "projects/other-project/logs/audit%2Fcalls", resource });
  expect(request!.entries![0]!.trace).toMatch(/^projects\/other-project\/traces\//);
});

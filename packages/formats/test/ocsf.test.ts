import { lineOf } from "@openrouter-audit/core";
import { toOcsf } from "../src/index.ts";
import { flawsOfOcsf } from "./support/schemas.ts";
import { entries, entryLines, entryOf } from "./support/vectors.ts";

interface Event {
  readonly [name: string]: unknown;
  readonly class_uid: number;
  readonly metadata: { readonly profiles?: readonly string[] };
  readonly unmapped: { readonly chain_hash: string; readonly signature: string };
  readonly raw_data: string;
}

const eventOf = (entry: object) => toOcsf(entry as (typeof entries)[0]) as Event;

test("every entry is what the schema of OCSF 1.8.0 wants of its class", () => {
  for (const entry of entries) expect(flawsOfOcsf(eventOf(entry))).toEqual([]);
});

test("the schema is asked in earnest: what is missing, of the wrong type or outside of a profile is found", () => {
  const event = eventOf(entryOf("chat_completion")) as object;
  expect(flawsOfOcsf({ ...event, src_endpoint: undefined })).not.toEqual([]);
  expect(flawsOfOcsf({ ...event, time: "now" })).toEqual(["/time must be integer"]);
  expect(flawsOfOcsf({ ...event, prompt_hash: "x" })).toEqual([" must NOT have additional properties"]);
  const withoutProfiles = {
    ...event,
    metadata: { ...eventOf(entryOf("chat_completion")).metadata, profiles: [] },
  };
  expect(flawsOfOcsf(withoutProfiles)).toEqual(expect.arrayContaining(["/ai_model boolean schema is false"]));
});

test.each([
  ["chat_completion", {}, 6003, 99, "Invoke", 1, 1],
  ["chat_completion", { status: "error" }, 6003, 99, "Invoke", 2, 3],
  ["chat_completion", { status: "aborted" }, 6003, 99, "Invoke", 99, 1],
  ["chat_completion", { status: "unknown" }, 6003, 99, "Invoke", 0, 2],
  ["call_started", {}, 6003, 99, "Invoke", 0, 1],
  ["call_refused", {}, 6003, 99, "Invoke", 2, 2],
  ["file_upload", {}, 6003, 1, "Create", 1, 1],
  ["video_status", {}, 6003, 2, "Read", 1, 1],
  ["catalogue", {}, 6003, 2, "Read", 1, 1],
  ["management", {}, 6003, 3, "Update", 1, 1],
  ["file", {}, 6003, 4, "Delete", 1, 1],
  ["answer.approved", {}, 6003, 99, "answer.approved", 1, 1],
  ["audit.opened", {}, 1008, 6, "Start", 1, 1],
  ["audit.heartbeat", {}, 1008, 99, "audit.heartbeat", 1, 1],
  ["audit.gap", {}, 1008, 99, "audit.gap", 2, 4],
  ["audit.anchored", {}, 1008, 99, "audit.anchored", 1, 1],
  ["audit.of_a_later_version", {}, 1008, 99, "audit.of_a_later_version", 1, 1],
  ["audit.closed", {}, 1008, 7, "Stop", 1, 1],
])(
  "%s %j is of class %i: %i %s, status %i, severity %i",
  (type, members, class_uid, activity_id, activity_name, status_id, severity_id) => {
    const type_uid = class_uid * 100 + activity_id;
    expect(eventOf(entryOf(type, members))).toMatchObject({
      class_uid,
      activity_id,
      activity_name,
      type_uid,
      status_id,
      severity_id,
    });
  },
);

test("an anchor that is contradicted is a finding, with what was found", () => {
  const contradicted = entries.filter(({ event_type }) => event_type === "audit.anchored")[1]!;
  expect(eventOf(contradicted)).toMatchObject({
    class_uid: 2004,
    severity: "Critical",
    is_alert: true,
    finding_info: { uid: contradicted.id },
    evidences: [{ data: [{ log: "web/2", size: 9 }] }],
  });
});

test("a call says who asked which model, through whom, at what cost, and where it came from", () => {
  const entry = entryOf("chat_completion");
  expect(eventOf(entry)).toMatchObject({
    metadata: {
      version: "1.8.0",
      profiles: ["ai_operation", "trace"],
      uid: entry.id,
      sequence: entry.seq,
      tenant_uid: "acme",
    },
    time: Date.parse(entry.timestamp),
    actor: { user: { uid: entry.user_id }, session: { uid: "s-7" } },
    api: {
      operation: "POST /api/v1/chat/completions",
      service: { name: "openrouter.ai" },
      response: { code: 200 },
    },
    src_endpoint: { ip: "192.0.2.10" },
    ai_model: { name: entry.model_served, ai_provider: entry.provider },
    message_context: { uid: entry.generation_id, prompt_tokens: entry.prompt_tokens },
    unmapped: { cost_usd: entry.cost_usd, latency_ms: entry.latency_ms, metadata: { feature: "summary" } },
  });
});

test("a refusal says that the call was denied and blocked, and by what", () => {
  const event = eventOf(entryOf("call_refused"));
  expect(event).toMatchObject({
    action: "Denied",
    disposition: "Blocked",
    unmapped: { error_type: "refused_by_policy" },
  });
  expect(event.metadata.profiles).toContain("security_control");
});

test("the zeros of a start count as no tokens", () => {
  expect(eventOf(entryOf("call_started"))).not.toHaveProperty("message_context");
});

test("a gap says how many entries are missing, and of what time", () => {
  expect(eventOf(entryOf("audit.gap"))).toMatchObject({
    count: 12,
    start_time: Date.parse("2026-11-24T09:00:00.000Z"),
    end_time: Date.parse("2026-11-24T09:05:00.000Z"),
    message: "audit.gap: 12 entries were lost, journal_unwritable",
  });
});

test("raw_data is the exact line, and the seal stands in unmapped", () => {
  for (const [index, entry] of entries.entries()) {
    const { raw_data, unmapped } = JSON.parse(JSON.stringify(eventOf(entry))) as Event;
    expect(raw_data).toBe(entryLines[index]);
    expect(lineOf({ ...entry, chain_hash: unmapped.chain_hash, signature: unmapped.signature ?? "" })).toBe(
      raw_data,
    );
  }
});

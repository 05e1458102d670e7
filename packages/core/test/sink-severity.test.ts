import { expect, test } from "@jest/globals";
import type { AuditEntry } from "../src/index.ts";
import { openTelemetrySeverity, severityOf } from "../src/sink/index.ts";

const found = { contradicted: [{ log: "web/2", size: 9 }] };

test.each([
  ["info", { event_type: "chat_completion", status: "success" }],
  ["info", { event_type: "call_started", status: "unknown" }],
  ["info", { event_type: "audit.heartbeat", status: "success" }],
  ["notice", { event_type: "chat_completion", status: "aborted" }],
  ["notice", { event_type: "audit.opened", status: "success" }],
  ["notice", { event_type: "audit.anchored", detail: { contradicted: [] } }],
  ["notice", { event_type: "audit.anchored", detail: null }],
  ["warning", { event_type: "call_refused", status: "error" }],
  ["warning", { event_type: "chat_completion", status: "unknown" }],
  ["warning", { event_type: "chat_completion", status: "valueOf" }],
  ["warning", {}],
  ["error", { event_type: "answer.approved", status: "error" }],
  ["error", { event_type: "chat_completion", status: "error", detail: found }],
  ["critical", { event_type: "audit.gap", status: "success" }],
  ["alert", { event_type: "audit.anchored", status: "success", detail: found }],
])("the severity is %s of %j", (severity, entry) => {
  expect(severityOf(entry as unknown as AuditEntry)).toBe(severity);
});

test("what is more severe has a higher number in OpenTelemetry", () => {
  const numbers = Object.values(openTelemetrySeverity).map(({ number }) => number);
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  expect(new Set(numbers).size).toBe(6);
});

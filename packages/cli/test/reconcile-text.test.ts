import type { Reconciliation, Unsettled } from "@openrouter-audit/reconcile";
import { createColors } from "picocolors";
import { reconcileText } from "../src/format/reconcile-text.ts";

const screen = { width: 200, colors: createColors(false) };
const compared: Reconciliation = {
  reconcile_version: 1,
  generated_at: "2026-11-26T12:00:00.000Z",
  source: "/srv/audit",
  openrouter: "https://openrouter.ai/api/v1",
  period: { since: "2026-11-23T00:00:00.000Z", until: "2026-11-26T00:00:00.000Z" },
  result: "agreed",
  days_not_compared: [],
  log: {
    calls: 112,
    cost_usd: 0.0079,
    without_id: 0,
    failed_without_record: 0,
    counted_on_other_days: 0,
    corrected: 0,
  },
  activity: { requests: 112, prompt_tokens: 1, completion_tokens: 1, cost_usd: 0.0079 },
  groups: { compared: 3, agreed: 3 },
  asked: { requests: 3, ids: 0 },
  findings: [],
  unsettled: [],
  corrections: { due: 0, written: 0, cost_usd: 0 },
};
const day = (date: string): Unsettled => ({
  reason: "day",
  day: date,
  model: null,
  provider: null,
  id: null,
  entry: null,
  calls: 0,
  because: "OpenRouter has sums of the last 30 completed days only",
});
const textOf = (differs: Partial<Reconciliation>) => reconcileText({ ...compared, ...differs }, screen);

test("days without sums are one line that says why, and no account of OpenRouter's", () => {
  const days = ["2026-11-23", "2026-11-24", "2026-11-25"];
  const text = textOf({
    result: "incomplete",
    activity: null,
    days_not_compared: days,
    unsettled: days.map(day),
  });
  expect(text).toContain("told what it counted of none of the 3 days");
  expect(text).not.toContain("OpenRouter:  0 calls");
  expect(text).toMatch(/^no sums +2026-11-23 to 2026-11-25 .* of the last 30 completed days only$/m);
  expect(text.match(/no sums/g)).toHaveLength(1);
});

test("what was not looked for does not just agree", () => {
  const text = textOf({ activity: null, asked: { requests: 4, ids: 4 } });
  expect(text).toMatch(/^AGREED \(4 of 112 calls compared\)/);
  expect(text).toContain("calls past the log are not found");
  expect(textOf({})).toMatch(/^AGREED {2}\/srv/);
});

test("calls that OpenRouter counts on days that were not compared are no contradiction, and are said", () => {
  const text = textOf({
    log: { ...compared.log, calls: 26, cost_usd: 0.0016, counted_on_other_days: 26 },
    activity: { requests: 0, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 },
    groups: { compared: 0, agreed: 0 },
  });
  expect(text).toContain(
    "The log:     26 calls with an id, $0.0016; 26 in none of the groups: OpenRouter's records name days that were not compared",
  );
  expect(textOf({})).not.toContain("not compared");
});

test("why two accounts that agree are not the same numbers is said", () => {
  const text = textOf({
    log: { ...compared.log, cost_usd: 0.007852, failed_without_record: 4, corrected: 14 },
    activity: { ...compared.activity!, requests: 108, cost_usd: 0.007935 },
  });
  expect(text).toContain(
    "112 calls with an id, $0.007852; 14 as corrected before; 4 failed, and OpenRouter has no",
  );
  expect(text).toContain("108 calls, $0.007935;");
  expect(text).toContain("the seals of the log: openrouter-audit verify");
  const less = textOf({ corrections: { due: 1, written: 0, cost_usd: -0.5 } });
  expect(less).toContain("$0.50 less than the log told");
});

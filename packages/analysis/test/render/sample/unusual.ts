import type { UnusualActivity, UnusualRule } from "../../../src/report/findings.ts";

export const unusual: readonly UnusualActivity[] = [
  {
    rule: "error_spike",
    scope: "all",
    user_id: null,
    at: "2026-11-17T14:00:00.000Z",
    unit: "hour",
    value: 0.62,
    usual: 0.03,
    threshold: 0.12,
    explanation: "62% of 118 calls were errors; usual are 3%, and from 12% on it is unusual.",
  },
  {
    rule: "cost_spike",
    scope: "user",
    user_id: "alan@example.com",
    at: "2026-11-24T00:00:00.000Z",
    unit: "day",
    value: 31.2,
    usual: 4.1,
    threshold: 16.4,
    explanation: "$31.20 on one day; usual are $4.10, and from $16.40 on it is unusual.",
  },
];

export const unusualRules: readonly UnusualRule[] = [
  {
    rule: "error_spike",
    scope: "all",
    unit: "hour",
    finds: "More errors in an hour than usual.",
    judged: 512,
    not_judged: 60,
    found: 1,
  },
  {
    rule: "cost_spike",
    scope: "user",
    unit: "day",
    finds: "A user's day costs more than 5 times the median day.",
    judged: 803,
    not_judged: 44,
    found: 1,
  },
];

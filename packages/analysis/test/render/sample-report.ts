import type { Measures } from "../../src/report/measures.ts";
import type { Report, ReportVerification } from "../../src/report/report.ts";
import { measured, none, numbersFrom, shared, type Weights } from "./sample-measures.ts";

export const intact: ReportVerification = {
  result: "intact",
  reason: null,
  not_checked: [],
  key: "audit.example.com+7f3a9c21+AYWeZkpQ0WZzRk1T0cB3cXc0vJ8lO1aMZr2sV6yD4nHk",
  key_source: "given",
  entries: 52_113,
  logs: 12,
  problems: [],
  problem_count: 0,
  from_day: "2026-11-01",
  to_day: "2026-11-30",
};

/** What the verification says of a log with the gap, and the lines that are no entries, of {@link sampleReport}. */
const withGap: ReportVerification = {
  ...intact,
  result: "incomplete",
  problems: [
    {
      code: "GAP",
      message: 'The log states that 18 entries were lost: "ENOSPC". audit_2026-11-17.jsonl:4096.',
    },
    { code: "FOREIGN_LINE", message: "A line that is no entry: audit_2026-11-17.jsonl:4180." },
    { code: "FOREIGN_LINE", message: "A line that is no entry: audit_2026-11-17.jsonl:4181." },
  ],
  problem_count: 3,
};

export const tampered: ReportVerification = {
  ...intact,
  result: "tampered",
  problems: [
    {
      code: "ROOT_MISMATCH",
      message: "The line is not the one that was sealed: audit_2026-11-17.jsonl:4182.",
    },
    { code: "SEQ_GAP", message: "3 lines are missing after seq 211 of openrouter-audit/web-2/01a20b67." },
  ],
  problem_count: 7,
};

export const incomplete: ReportVerification = {
  ...intact,
  not_checked: ["255 of 256 signatures"],
  result: "incomplete",
  key_source: "journal",
  problems: [{ code: "UNCLOSED", message: "The log openrouter-audit/web-3/01a2 was not closed." }],
  problem_count: 1,
};

export const unverifiable: ReportVerification = {
  ...intact,
  result: "not_verified",
  reason: "A table has no key that could be trusted.",
  key: null,
  key_source: null,
  entries: 0,
  logs: 0,
};

const models: Weights = [
  ["openai/gpt-5-mini", 40],
  ["anthropic/claude-sonnet-4.5", 22],
  ["google/gemini-2.5-flash", 14],
  ["openai/text-embedding-3-large", 9],
  ["meta-llama/llama-4-maverick", 6],
  ["mistralai/mistral-large-2512", 5],
  ["deepseek/deepseek-v3.2", 3],
  [null, 1],
];
const people = "ada grace alan edsger barbara donald margaret dennis radia ken frances leslie tim".split(" ");
const users: Weights = [
  ...Array.from({ length: 39 }, (_none, index): [string, number] => {
    const again = Math.floor(index / people.length);
    return [`${people[index % people.length]}${again > 0 ? again + 1 : ""}@example.com`, 100 / (index + 2)];
  }),
  [null, 6],
];

/** November 2026 of a company: thirty days, forty users, eight models, and of everything something. */
export function sampleReport(): Report {
  const next = numbersFrom(2026);
  const days = Array.from({ length: 30 }, (_none, index) => {
    const weekend = index % 7 === 0 || index % 7 === 6;
    const calls = Math.round((weekend ? 420 : 1900) * (0.85 + next() * 0.3));
    return {
      key: `2026-11-${String(index + 1).padStart(2, "0")}`,
      ...measured(calls, next, index === 16 ? 0.31 : undefined),
    };
  });
  const calls = days.reduce((sum, day) => sum + day.calls, 0);
  const add = (measure: (day: Measures) => number) => days.reduce((sum, day) => sum + measure(day), 0);
  const totals: Measures = {
    ...measured(calls, next),
    success: add((day) => day.success),
    error: add((day) => day.error),
    aborted: add((day) => day.aborted),
    unknown: add((day) => day.unknown),
    success_rate: add((day) => day.success) / calls,
    prompt_tokens: add((day) => day.prompt_tokens),
    completion_tokens: add((day) => day.completion_tokens),
    total_tokens: add((day) => day.total_tokens),
    cost_usd: Math.round(add((day) => day.cost_usd) * 1e6) / 1e6,
    calls_without_cost: add((day) => day.calls_without_cost),
  };
  const hour = (at: number) => Math.round(20 + 100 * Math.max(0, Math.sin(((at - 5) / 15) * Math.PI)));
  const hours = Array.from({ length: 24 }, (_none, at): [string, number] => [
    String(at).padStart(2, "0"),
    hour(at),
  ]);
  const group = (status: string, type: string | null, code: string | null, number: number, day: string) => ({
    status,
    error_type: type,
    error_code: code,
    calls: number,
    share: number / calls,
    last_seen: `2026-11-${day}T16:41:07.201Z`,
  });
  const exception = (rule: "zdr" | "model", user: string | null, subject: string, number: number) => ({
    rule,
    user_id: user,
    subject,
    calls: number,
    first_seen: "2026-11-03T09:12:44.000Z",
    last_seen: "2026-11-28T17:20:01.500Z",
  });
  const newcomer = (key: string, day: string, number: number) => ({
    key,
    first_seen: `2026-11-${day}T08:01:02.003Z`,
    calls: number,
  });
  return {
    report_version: 1,
    generated_at: "2026-12-01T06:00:00.000Z",
    generator: { name: "openrouter-audit", version: "0.1.0" },
    source: { kind: "journal", name: "/srv/audit_logs", first_day: "2026-09-01", last_day: "2026-12-01" },
    period: { since: "2026-11-01T00:00:00.000Z", until: "2026-12-01T00:00:00.000Z" },
    compared_with: { since: "2026-10-01T00:00:00.000Z", until: "2026-11-01T00:00:00.000Z" },
    entries: { calls, management: 61, catalogue: 1_204, refused: 87, application: 2_310, system: 4_402 },
    newest_entry: "2026-11-30T23:59:41.500Z",
    totals,
    by_user: shared(calls, users, 3),
    by_model: shared(calls, models, 5),
    by_provider: shared(
      calls,
      [
        ["OpenAI", 49],
        ["Anthropic", 15],
        ["Google", 14],
        ["Amazon Bedrock", 10],
        ["DeepInfra", 7],
        [null, 5],
      ],
      7,
    ),
    by_feature: shared(
      calls,
      [
        ["support_chat", 44],
        ["code_review", 30],
        ["search", 20],
        [null, 6],
      ],
      11,
    ),
    by_tenant: shared(
      calls,
      [
        ["acme", 60],
        ["globex", 40],
      ],
      13,
    ),
    by_event_type: shared(
      calls,
      [
        ["chat_completion", 80],
        ["embedding", 12],
        ["message", 8],
      ],
      17,
    ),
    by_day: { groups: days.length, rows: days, others: null },
    by_hour: shared(calls, hours, 19),
    hours: [],
    errors: [
      group("error", "provider_error", "502", 611, "17"),
      group("error", "rate_limited", "429", 402, "30"),
      group("aborted", "client_aborted", null, 388, "30"),
      group("unknown", null, null, 61, "29"),
    ],
    attribution: {
      authenticated: calls - 2_100,
      anonymous: 1_700,
      no_context: 371,
      unresolved: 29,
      other: 0,
    },
    refused: {
      by_application: [
        { error_type: "policy", calls: 80 },
        { error_type: "without_user", calls: 7 },
      ],
      by_model: 34,
    },
    policy: {
      expected: { zdr: true, models: ["openai/*", "anthropic/*", "google/*"] },
      exceptions: [
        exception("model", "alan@example.com", "deepseek/deepseek-v3.2", 812),
        exception("zdr", "grace@example.com", "openai/gpt-5-mini", 41),
        exception("zdr", null, "google/gemini-2.5-flash", 12),
      ],
      others: null,
    },
    streams: { calls: Math.round(calls * 0.7), aborted: 388, cut: 44, without_cost: 131 },
    completeness: {
      orphans: { running: 1, orphaned: 6 },
      presumed_ended: 14,
      gaps: [
        {
          log: "openrouter-audit/web-2/01a20b67-b365-717f-828f-56dee38055e5",
          reason: "ENOSPC",
          count: 18,
          since: "2026-11-17T14:02:11.000Z",
          until: "2026-11-17T14:03:40.000Z",
        },
      ],
      other_gaps: 0,
      lost_entries: 18,
      repeated_entries: 3,
      unreadable_lines: 2,
      unreadable: [{ file: "audit_2026-11-17.jsonl", lines: 2 }],
    },
    news: {
      users: [newcomer("tim@example.com", "04", 310), newcomer("radia3@example.com", "21", 12)],
      models: [newcomer("mistralai/mistral-large-2512", "12", 1_904)],
      providers: [],
      others: { users: 0, models: 0, providers: 0 },
    },
    unusual: [
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
    ],
    unusual_rules: [
      rule("error_spike", "all", "hour", "More errors in an hour than usual.", 512, 60, 1),
      rule("cost_spike", "user", "day", "A user's day costs more than 5 times the median day.", 803, 44, 1),
    ],
    verification: withGap,
  };
}

/** The same of a log in which nothing is missing. */
export function intactReport(): Report {
  const report = sampleReport();
  return {
    ...report,
    completeness: {
      ...report.completeness,
      orphans: { running: 1, orphaned: 0 },
      gaps: [],
      lost_entries: 0,
      unreadable_lines: 0,
      unreadable: [],
    },
    verification: intact,
  };
}

function rule(
  rule: "error_spike" | "cost_spike",
  scope: "all" | "user",
  unit: "hour" | "day",
  finds: string,
  judged: number,
  not_judged: number,
  found: number,
) {
  return { rule, scope, unit, finds, judged, not_judged, found };
}

/** The same, of one day: by its hours. */
export function dayReport(): Report {
  const month = sampleReport();
  const day = month.by_day.rows[16]!;
  const { key: _key, ...totals } = day;
  return {
    ...month,
    period: { since: "2026-11-17T00:00:00.000Z", until: "2026-11-18T00:00:00.000Z" },
    totals,
    by_model: shared(day.calls, models, 5),
    by_user: shared(day.calls, users, 3),
    by_day: { groups: 1, rows: [day], others: null },
    hours: Array.from({ length: 18 }, (_none, index) => ({
      at: `2026-11-17T${String(index + 4).padStart(2, "0")}:00:00.000Z`,
      calls: 40 + index * 7,
      success: 38 + index * 5,
      error: 2 + index * 2,
      total_tokens: 40_000 + index,
      cost_usd: 0.21 + index / 100,
    })),
    verification: null,
  };
}

/** Of a period without a call, that was compared with nothing and not verified. */
export function emptyReport(): Report {
  const nothing = measured(0, numbersFrom(1));
  return {
    ...sampleReport(),
    period: { since: null, until: null },
    compared_with: null,
    entries: { calls: 0, management: 0, catalogue: 0, refused: 0, application: 0, system: 0 },
    totals: nothing,
    by_user: none,
    by_model: none,
    by_provider: none,
    by_feature: none,
    by_tenant: none,
    by_event_type: none,
    by_day: none,
    by_hour: none,
    hours: [],
    errors: [],
    attribution: { authenticated: 0, anonymous: 0, no_context: 0, unresolved: 0, other: 0 },
    refused: { by_application: [], by_model: 0 },
    policy: { expected: {}, exceptions: [], others: null },
    streams: { calls: 0, aborted: 0, cut: 0, without_cost: 0 },
    completeness: {
      orphans: { running: 0, orphaned: 0 },
      presumed_ended: 0,
      gaps: [],
      other_gaps: 0,
      lost_entries: 0,
      repeated_entries: 0,
      unreadable_lines: 0,
      unreadable: [],
    },
    news: null,
    unusual: [],
    unusual_rules: [],
    verification: null,
  };
}

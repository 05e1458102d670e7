import type { Breakdown } from "../../../src/report/measures.ts";
import type { Report } from "../../../src/report/report.ts";
import { shared, type Weights } from "./measures.ts";

type Breakdowns = Pick<Report, Extract<keyof Report, `by_${string}`>>;

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
const providers: Weights = [
  ["OpenAI", 49],
  ["Anthropic", 15],
  ["Google", 14],
  ["Amazon Bedrock", 10],
  ["DeepInfra", 7],
  [null, 5],
];
const features: Weights = [
  ["support_chat", 44],
  ["code_review", 30],
  ["search", 20],
  [null, 6],
];
const tenants: Weights = [
  ["acme", 60],
  ["globex", 40],
];
const eventTypes: Weights = [
  ["chat_completion", 80],
  ["embedding", 12],
  ["message", 8],
];
const hours: Weights = Array.from({ length: 24 }, (_none, at) => [
  String(at).padStart(2, "0"),
  Math.round(20 + 100 * Math.max(0, Math.sin(((at - 5) / 15) * Math.PI))),
]);

export const byUser = (calls: number) => shared(calls, users, 3);
export const byModel = (calls: number) => shared(calls, models, 5);
export const byDay = (rows: Breakdown["rows"]): Breakdown => ({ groups: rows.length, rows, others: null });

/** Of so many calls on these days: forty users, eight models, and of everything something. */
export function breakdowns(calls: number, days: Breakdown["rows"]): Breakdowns {
  return {
    by_user: byUser(calls),
    by_model: byModel(calls),
    by_provider: shared(calls, providers, 7),
    by_feature: shared(calls, features, 11),
    by_tenant: shared(calls, tenants, 13),
    by_event_type: shared(calls, eventTypes, 17),
    by_day: byDay(days),
    by_hour: shared(calls, hours, 19),
  };
}

const none: Breakdown = { groups: 0, rows: [], others: null };

export const noBreakdowns: Breakdowns = {
  by_user: none,
  by_model: none,
  by_provider: none,
  by_feature: none,
  by_tenant: none,
  by_event_type: none,
  by_day: none,
  by_hour: none,
};

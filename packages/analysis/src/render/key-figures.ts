import type { Report } from "../report/report.ts";
import { count, dollars, duration, many, percent } from "./amounts.ts";

/** A number that says most of a period. */
export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  /** What belongs to it, in few words. */
  readonly beside: string;
}

/** Calls, success, cost, tokens, latency, users. */
export function keyFigures({ totals, by_user, by_model }: Report): KeyFigure[] {
  const { latency_ms: latency, calls_without_cost: withoutCost } = totals;
  const known = by_user.groups - (by_user.rows.some(({ key }) => key === null) ? 1 : 0);
  const average = totals.calls > 0 ? dollars(totals.cost_usd / totals.calls) : null;
  return [
    { name: "Calls", value: count(totals.calls), beside: `to ${many(by_model.groups, "model")}` },
    {
      name: "Success rate",
      value: percent(totals.success_rate),
      beside: `${many(totals.error, "error")}, ${count(totals.aborted)} aborted, ${count(totals.unknown)} unknown`,
    },
    {
      name: "Cost",
      value: dollars(totals.cost_usd),
      beside: [average && `${average} a call`, withoutCost > 0 && `${many(withoutCost, "call")} told none`]
        .filter(Boolean)
        .join("; "),
    },
    {
      name: "Tokens",
      value: millions(totals.total_tokens),
      beside: `${count(totals.prompt_tokens)} in, ${count(totals.completion_tokens)} out`,
    },
    {
      name: "Latency",
      value: duration(latency?.p50),
      beside: latency
        ? `median; average ${duration(latency.average)}, p95 ${duration(latency.p95)}`
        : "nobody measured it",
    },
    { name: "Users", value: count(known), beside: "known by name" },
  ];
}

const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** What is said exactly elsewhere. */
function millions(number: number): string {
  return number < 1e7 ? count(number) : `${(number / 1e6).toLocaleString("en-US", tenths)} M`;
}

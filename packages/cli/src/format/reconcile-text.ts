import type { Finding, FindingKind, Reconciliation, Told, Unsettled } from "@openrouter-audit/reconcile";
import type { Colors } from "../terminal.ts";
import { count, dollars, many } from "./amounts.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { visible } from "./visible.ts";

/** What a reconciliation found, for a person. */
export function reconcileText(result: Reconciliation, screen: { width: number; colors: Colors }): string {
  const { period, log, activity, groups, asked, findings, unsettled, corrections } = result;
  const { colors } = screen;
  const days = `${period.since.slice(0, 10)} to ${period.until.slice(0, 10)} (not included), UTC`;
  const lines = [
    `${verdict(result, colors)}  ${visible(result.source)}, ${days}`,
    "",
    `The log:     ${many(log.calls, "call")} with an id, ${dollars(log.cost_usd)}${log.without_id > 0 ? `; ${many(log.without_id, "call")} without one` : ""}`,
    activity === null
      ? "OpenRouter:  was not asked what it counted, so that calls past the log are not found"
      : `OpenRouter:  ${many(activity.requests, "call")}, ${dollars(activity.cost_usd)}; ${count(groups.agreed)} of ${many(groups.compared, "group")} (day, model, provider) agree`,
    `Asked:       ${many(asked.requests, "request")}, ${many(asked.ids, "id")}`,
  ];
  if (corrections.due > 0)
    lines.push(
      `Corrections: ${many(corrections.due, "entry", "entries")}, ${dollars(corrections.cost_usd)} more than the log told; ${corrections.written > 0 ? `${count(corrections.written)} written` : "not written: say --write"}`,
    );
  if (findings.length > 0) lines.push("", ...tableOf(findingColumns, findings, screen));
  if (unsettled.length > 0)
    lines.push("", "Could not be settled:", ...tableOf(unsettledColumns, unsettled, screen));
  return `${lines.join("\n")}\n`;
}

function verdict({ result, findings, unsettled }: Reconciliation, colors: Colors): string {
  if (result === "agreed") return colors.green("AGREED");
  if (result === "findings") return colors.red(many(findings.length, "FINDING", "FINDINGS"));
  return colors.yellow(`INCOMPLETE (${count(unsettled.length)})`);
}

function tableOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, colors }: { width: number; colors: Colors },
): string[] {
  return tableLines(fitColumns(columns, rows, { colors, width }), rows, colors);
}

const words: Readonly<Record<FindingKind, string>> = {
  missing_in_log: "missing in the log",
  unknown_to_openrouter: "unknown to OpenRouter",
  twice_in_log: "twice in the log",
  cost_differs: "cost differs",
  tokens_differ: "tokens differ",
  model_differs: "model differs",
};

const place: readonly Column<Finding | Unsettled>[] = [
  { title: "day", cell: ({ day }) => visible(day ?? "") },
  { title: "model", cell: ({ model }) => visible(model ?? ""), atLeast: 16 },
  { title: "provider", cell: ({ provider }) => visible(provider ?? ""), atLeast: 8 },
  { title: "calls", cell: ({ calls }) => (calls > 0 ? count(calls) : ""), align: "right" },
];

const findingColumns: readonly Column<Finding>[] = [
  { title: "what", cell: ({ kind }, colors) => colors.red(words[kind]) },
  ...place,
  { title: "the log", cell: ({ recorded }) => told(recorded) },
  { title: "OpenRouter", cell: ({ found }) => told(found) },
  { title: "id", cell: ({ id, entry }) => visible(id ?? entry ?? ""), atLeast: 12 },
];

const unsettledColumns: readonly Column<Unsettled>[] = [
  { title: "why", cell: ({ reason }) => reason },
  ...place,
  { title: "id", cell: ({ id }) => visible(id ?? ""), atLeast: 12 },
];

/** `1,200 + 340 tokens, $0.0012` */
function told(facts: Told | null): string {
  if (facts === null) return "";
  const { prompt_tokens: prompt, completion_tokens: completion, cost_usd: cost } = facts;
  const parts = [
    ...(facts.model !== undefined ? [visible(`${facts.model ?? "?"} (${facts.provider ?? "?"})`)] : []),
    ...(typeof prompt === "number" || typeof completion === "number"
      ? [`${count(prompt ?? 0)} + ${count(completion ?? 0)} tokens`]
      : []),
    ...(typeof cost === "number" ? [dollars(cost)] : []),
  ];
  return parts.join(", ");
}

import type { Finding, FindingKind, Reconciliation, Told, Unsettled } from "@openrouter-audit/reconcile";
import type { Colors } from "../terminal.ts";
import { count, dollars, many } from "./amounts.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { visible } from "./visible.ts";

/** What a reconciliation found, for a person. */
export function reconcileText(result: Reconciliation, screen: { width: number; colors: Colors }): string {
  const { period, log, activity, asked, findings, unsettled, corrections } = result;
  const costs = apart(log.cost_usd, activity?.cost_usd ?? log.cost_usd);
  const { colors } = screen;
  const days = `${period.since.slice(0, 10)} to ${period.until.slice(0, 10)} (not included), UTC`;
  const lines = [
    `${verdict(result, colors)}  ${visible(result.source)}, ${days}`,
    "",
    `The log:     ${[
      `${many(log.calls, "call")} with an id, ${costs[0]}`,
      ...(log.corrected > 0 ? [`${count(log.corrected)} as corrected before`] : []),
      ...(log.without_id > 0 ? [`${many(log.without_id, "call")} without an id`] : []),
      ...(log.failed_without_record > 0
        ? [
            `${count(log.failed_without_record)} failed, and OpenRouter has no record of them, which is no finding`,
          ]
        : []),
      ...(log.counted_on_other_days > 0
        ? [
            `${count(log.counted_on_other_days)} in none of the groups: OpenRouter's records name days that were not compared`,
          ]
        : []),
    ].join("; ")}`,
    `OpenRouter:  ${countedText(result, costs[1])}`,
    `Asked:       ${many(asked.requests, "request")}, ${many(asked.ids, "id")}`,
    "Not checked: the seals of the log: openrouter-audit verify",
  ];
  if (corrections.due > 0)
    lines.push(
      `Corrections: ${many(corrections.due, "entry", "entries")}, ${difference(corrections.cost_usd)} the log told; ${corrections.written > 0 ? `${count(corrections.written)} written` : "not written: say --write"}`,
    );
  if (findings.length > 0) lines.push("", ...tableOf(findingColumns, findings, screen));
  if (unsettled.length > 0)
    lines.push("", "Could not be settled:", ...tableOf(unsettledColumns, summedUp(unsettled), screen));
  return `${lines.join("\n")}\n`;
}

function verdict(
  { result, findings, unsettled, activity, asked, log }: Reconciliation,
  colors: Colors,
): string {
  if (result === "findings") return colors.red(many(findings.length, "FINDING", "FINDINGS"));
  if (result === "incomplete") return colors.yellow(`INCOMPLETE (${count(unsettled.length)})`);
  // Sums are what says that nothing is missing; without them only what was asked for was compared.
  if (activity === null)
    return `${colors.green("AGREED")} (${count(asked.ids)} of ${many(log.calls, "call")} compared)`;
  return colors.green("AGREED");
}

function countedText(
  { activity, groups, period, days_not_compared, unsettled }: Reconciliation,
  cost: string,
): string {
  const days = (Date.parse(period.until) - Date.parse(period.since)) / 86_400_000;
  if (activity === null)
    return unsettled.some(({ reason, id }) => reason === "day" || (reason === "failed" && id === null))
      ? `told what it counted of none of the ${many(days, "day")}, so that calls past the log are not found`
      : "was not asked what it counted, so that calls past the log are not found";
  const part =
    days_not_compared.length > 0
      ? ` on ${count(days - days_not_compared.length)} of ${many(days, "day")}`
      : "";
  return `${many(activity.requests, "call")}${part}, ${cost}; ${count(groups.agreed)} of ${many(groups.compared, "group")} (day, model, provider) agree`;
}

/** Two amounts with as many digits as tell them apart. */
function apart(a: number, b: number): [string, string] {
  const [first, second] = [dollars(a), dollars(b)];
  if (first !== second || Math.abs(a - b) <= 1e-9) return [first, second];
  const exact = (amount: number) => `$${amount.toFixed(9).replace(/0+$/, "")}`;
  return [exact(a), exact(b)];
}

function difference(cost: number): string {
  if (cost === 0) return "no other cost than";
  return `${dollars(Math.abs(cost))} ${cost < 0 ? "less" : "more"} than`;
}

/** Days that could not be compared for the same reason are one row. */
function summedUp(unsettled: readonly Unsettled[]): Unsettled[] {
  const rows = new Map<string, { first: Unsettled; last: Unsettled; days: number }>();
  for (const one of unsettled) {
    const isDay = one.id === null && one.model === null && one.calls === 0;
    const key = isDay ? `${one.reason} ${one.because}` : JSON.stringify(one);
    const row = rows.get(key);
    if (row) rows.set(key, { first: row.first, last: one, days: row.days + 1 });
    else rows.set(key, { first: one, last: one, days: 1 });
  }
  return [...rows.values()].map(({ first, last, days }) =>
    days === 1 ? first : { ...first, day: `${first.day} to ${last.day}` },
  );
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

const reasons: Readonly<Record<Unsettled["reason"], string>> = {
  late: "no record yet",
  no_record: "no record",
  refused: "not for this key",
  failed: "given up",
  no_id: "no id in the log",
  day: "no sums",
};

const unsettledColumns: readonly Column<Unsettled>[] = [
  { title: "why", cell: ({ reason }) => reasons[reason] },
  ...place,
  { title: "id", cell: ({ id, because }) => visible(id ?? because ?? ""), atLeast: 12 },
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

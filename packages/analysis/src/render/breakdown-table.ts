import type { Breakdown, Measures } from "../report/measures.ts";
import { count, dollars, duration, percent } from "./amounts.ts";
import { type Cell, type ReportTable, said, type TableColumn } from "./cell.ts";

type Row = Breakdown["rows"][number];

interface MeasureColumn extends TableColumn {
  readonly cell: (measures: Measures) => string;
}

const right = { align: "right" } as const;
const spare = { align: "right", dispensable: true } as const;

const columns: readonly MeasureColumn[] = [
  { title: "Calls", ...right, cell: ({ calls }) => count(calls) },
  { title: "Success", ...right, cell: ({ success_rate }) => percent(success_rate) },
  { title: "Errors", ...right, cell: ({ error }) => count(error) },
  { title: "Aborted", ...spare, cell: ({ aborted }) => count(aborted) },
  { title: "Unknown", ...spare, cell: ({ unknown }) => count(unknown) },
  { title: "Tokens in", ...spare, cell: ({ prompt_tokens }) => count(prompt_tokens) },
  { title: "Tokens out", ...spare, cell: ({ completion_tokens }) => count(completion_tokens) },
  { title: "Cost", ...right, cell: ({ cost_usd }) => dollars(cost_usd) },
  { title: "Latency p50", ...right, cell: ({ latency_ms }) => duration(latency_ms?.p50) },
  { title: "p95", ...right, cell: ({ latency_ms }) => duration(latency_ms?.p95) },
  { title: "p99", ...spare, cell: ({ latency_ms }) => duration(latency_ms?.p99) },
  {
    title: "First token p50",
    ...spare,
    cell: ({ time_to_first_token_ms }) => duration(time_to_first_token_ms?.p50),
  },
];

/** Of what a breakdown is. */
export interface Broken {
  readonly id: string;
  readonly title: string;
  /** The head of the first column. */
  readonly head: string;
  /** One of them, several of them. */
  readonly counted: readonly [one: string, several: string];
  /** What a row without a key is called. */
  readonly missing: string;
  readonly caption: string;
}

/** @param most how many rows to show; what is left is said in sums */
export function breakdownTable(by: Broken, breakdown: Breakdown, most: number): ReportTable {
  const { id, title, caption, head, missing } = by;
  const shown = breakdown.rows.slice(0, most);
  return {
    id,
    title,
    caption,
    columns: [{ title: head }, ...columns],
    rows: shown.map((row): Cell[] => [said(row.key, missing), ...columns.map(({ cell }) => cell(row))]),
    more: moreOf(breakdown, breakdown.rows.slice(most), by.counted),
  };
}

function moreOf(
  { others }: Breakdown,
  left: readonly Row[],
  [one, several]: readonly [string, string],
): string | null {
  const groups = left.length + (others?.groups ?? 0);
  if (groups === 0) return null;
  const calls = left.reduce((sum, row) => sum + row.calls, others?.calls ?? 0);
  const cost = left.reduce((sum, row) => sum + row.cost_usd, others?.cost_usd ?? 0);
  return `and ${count(groups)} more ${groups === 1 ? one : several}: ${count(calls)} calls, ${dollars(cost)}`;
}

import type { EChartsCoreOption } from "echarts/core";
import type { ReportTable } from "../cell.ts";

/** A picture of some numbers, with the same numbers as a table. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What is seen, for who does not see it. */
  readonly sentence: string;
  readonly table: Pick<ReportTable, "columns" | "rows">;
  readonly option: (size: ChartSize) => EChartsCoreOption;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** Colours are variables of the page: it knows whether it is dark, or printed. */
export const ink = {
  text: "var(--muted)",
  strong: "var(--ink)",
  line: "var(--line)",
  main: "var(--chart)",
  error: "var(--chart-error)",
  second: "var(--chart-second)",
  third: "var(--chart-third)",
};

const label = { color: ink.text, fontSize: 12 };

/** An axis of days or hours. */
export function timeAxis(keys: readonly string[], more: object = {}) {
  return {
    type: "category" as const,
    data: [...keys],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: ink.line } },
    axisLabel: { ...label, hideOverlap: true },
    ...more,
  };
}

/** An axis of amounts, with few lines. */
export function amountAxis(say: (value: number) => string, more: object = {}) {
  return {
    type: "value" as const,
    splitNumber: 3,
    axisLabel: { ...label, formatter: say },
    splitLine: { lineStyle: { color: ink.line } },
    ...more,
  };
}

/** What all series have: nothing moves, nothing answers to a pointer. */
export const still = { silent: true, animation: false } as const;

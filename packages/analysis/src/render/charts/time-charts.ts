import type { Breakdown, HourOfCalls } from "../../report/measures.ts";
import type { Report } from "../../report/report.ts";
import { count, dollars, duration } from "../amounts.ts";
import { shortDay } from "../period-words.ts";
import { amountAxis, type Chart, ink, still, timeAxis } from "./chart.ts";

type Day = Breakdown["rows"][number];

/** A moment on the axis of time: a day, or, when there is but one, an hour. */
interface Slot {
  readonly label: string;
  readonly calls: number;
  readonly error: number;
  readonly cost_usd: number;
}

interface Slots {
  readonly one: "day" | "hour";
  readonly head: string;
  readonly all: readonly Slot[];
}

/** What happened when: calls and errors, cost, latency, and the hours of the day. */
export function timeCharts(report: Report): Chart[] {
  const slots = slotsOf(report);
  const days = report.by_day.rows.filter(({ latency_ms }) => latency_ms !== null);
  return [
    callsChart(slots),
    costChart(slots),
    ...(days.length > 1 ? [latencyChart(days)] : []),
    ...(report.by_day.rows.length > 1 ? [hoursChart(report.by_hour)] : []),
  ];
}

function slotsOf({ by_day, hours }: Report): Slots {
  if (by_day.rows.length > 1 || hours.length === 0) {
    const all = by_day.rows.map((row) => ({ ...row, label: shortDay(row.key ?? "") }));
    return { one: "day", head: "Day (UTC)", all };
  }
  const all = hours.map((hour: HourOfCalls) => ({ ...hour, label: hour.at.slice(11, 16) }));
  return { one: "hour", head: "Hour (UTC)", all };
}

function callsChart({ one, head, all }: Slots): Chart {
  const labels = all.map(({ label }) => label);
  return {
    id: "chart-calls",
    title: `Calls and errors per ${one}`,
    sentence: `${extremes("Calls", one, all, ({ calls }) => calls, count)} ${extremes("Errors", one, all, ({ error }) => error, count)}`,
    table: {
      columns: [{ title: head }, { title: "Calls", align: "right" }, { title: "Errors", align: "right" }],
      rows: all.map(({ label, calls, error }) => [label, count(calls), count(error)]),
    },
    // Errors are few: on an axis of their own they can be seen, and need no colour to be told apart.
    option: ({ height }) => ({
      title: ["Calls", "Errors"].map((text, index) => ({
        text,
        left: 0,
        top: index === 0 ? 0 : height * 0.6,
        padding: 0,
        textStyle: { color: ink.strong, fontSize: 12, fontWeight: "bold" },
      })),
      grid: [
        { left: 48, right: 8, top: 26, height: height * 0.6 - 44 },
        { left: 48, right: 8, top: height * 0.6 + 24, bottom: 26 },
      ],
      xAxis: [
        timeAxis(labels, { gridIndex: 0, axisLabel: { show: false } }),
        timeAxis(labels, { gridIndex: 1 }),
      ],
      yAxis: [
        amountAxis(count, { gridIndex: 0, minInterval: 1 }),
        amountAxis(count, { gridIndex: 1, minInterval: 1, splitNumber: 2 }),
      ],
      series: [
        bars(
          all.map(({ calls }) => calls),
          ink.main,
        ),
        {
          ...bars(
            all.map(({ error }) => error),
            ink.error,
          ),
          xAxisIndex: 1,
          yAxisIndex: 1,
        },
      ],
    }),
  };
}

function costChart({ one, head, all }: Slots): Chart {
  return {
    id: "chart-cost",
    title: `Cost per ${one}`,
    sentence: extremes("Cost", one, all, ({ cost_usd }) => cost_usd, dollars),
    table: {
      columns: [{ title: head }, { title: "Cost", align: "right" }],
      rows: all.map(({ label, cost_usd }) => [label, dollars(cost_usd)]),
    },
    option: () => ({
      grid: { left: 56, right: 8, top: 12, bottom: 26 },
      xAxis: timeAxis(all.map(({ label }) => label)),
      yAxis: amountAxis(dollars),
      series: [
        bars(
          all.map(({ cost_usd }) => cost_usd),
          ink.main,
        ),
      ],
    }),
  };
}

const ranks = [
  { of: "p50", color: ink.main, type: "solid" },
  { of: "p95", color: ink.second, type: "dashed" },
  { of: "p99", color: ink.third, type: "dotted" },
] as const;

function latencyChart(days: readonly Day[]): Chart {
  const medians = days.map(({ latency_ms }) => latency_ms!.p50);
  const slow = days.map(({ latency_ms }) => latency_ms!.p95);
  return {
    id: "chart-latency",
    title: "Latency per day",
    sentence: `The median of a day is between ${duration(Math.min(...medians))} and ${duration(Math.max(...medians))}; of 100 calls, 95 took no longer than ${duration(Math.min(...slow))} to ${duration(Math.max(...slow))}.`,
    table: {
      columns: [{ title: "Day (UTC)" }, ...ranks.map(({ of }) => ({ title: of, align: "right" as const }))],
      rows: days.map(({ key, latency_ms }) => [
        shortDay(key ?? ""),
        ...ranks.map(({ of }) => duration(latency_ms![of])),
      ]),
    },
    option: () => ({
      grid: { left: 56, right: 36, top: 12, bottom: 26 },
      xAxis: timeAxis(
        days.map(({ key }) => shortDay(key ?? "")),
        { boundaryGap: false },
      ),
      yAxis: amountAxis(duration),
      series: ranks.map(({ of, color, type }) => ({
        ...still,
        type: "line",
        symbol: "none",
        data: days.map(({ latency_ms }) => latency_ms![of]),
        lineStyle: { color, type, width: 2 },
        endLabel: {
          show: true,
          formatter: of,
          color: ink.strong,
          fontSize: 12,
          textBorderWidth: 0,
        },
      })),
    }),
  };
}

function hoursChart({ rows }: Breakdown): Chart {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const hours = Array.from({ length: 24 }, (_none, hour) => String(hour).padStart(2, "0"));
  const all = hours.map((hour) => ({ label: `${hour}:00`, calls: byKey.get(hour)?.calls ?? 0 }));
  return {
    id: "chart-hours",
    title: "Calls by hour of the day",
    sentence: extremes("Calls", "hour", all, ({ calls }) => calls, count),
    table: {
      columns: [{ title: "Hour (UTC)" }, { title: "Calls", align: "right" }],
      rows: all.map(({ label, calls }) => [label, count(calls)]),
    },
    option: () => ({
      grid: { left: 56, right: 8, top: 12, bottom: 26 },
      xAxis: timeAxis(all.map(({ label }) => label)),
      yAxis: amountAxis(count, { minInterval: 1 }),
      series: [
        bars(
          all.map(({ calls }) => calls),
          ink.main,
        ),
      ],
    }),
  };
}

function bars(data: readonly number[], color: string) {
  return { ...still, type: "bar", data: [...data], itemStyle: { color }, barCategoryGap: "28%" };
}

function extremes<Row extends { readonly label: string }>(
  what: string,
  one: string,
  rows: readonly Row[],
  measure: (row: Row) => number,
  say: (value: number) => string,
): string {
  const sum = rows.reduce((total, row) => total + measure(row), 0);
  if (rows.length < 2 || sum === 0) return `${what}: ${say(sum)}.`;
  const sorted = [...rows].sort((a, b) => measure(b) - measure(a));
  const [most, least] = [sorted[0]!, sorted.at(-1)!];
  const [from, to] = [least, most].map((row) => `${say(measure(row))} (${row.label})`);
  return `${what}: ${say(sum)}; per ${one} between ${from} and ${to}.`;
}

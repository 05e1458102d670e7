import type { Breakdown } from "../../report/measures.ts";
import type { Report } from "../../report/report.ts";
import { count, dollars, duration, percent } from "../amounts.ts";
import { type Cell, said, textOfCell } from "../cell.ts";
import { breakdowns } from "../report-tables.ts";
import { visible } from "../visible.ts";
import { type Chart, ink, still } from "./chart.ts";

type Row = Breakdown["rows"][number];

interface Bar {
  readonly name: Cell;
  readonly value: number;
}

interface Shares {
  readonly id: string;
  readonly title: string;
  readonly head: string;
  readonly measure: string;
  readonly bars: readonly Bar[];
  readonly say: (value: number) => string;
  /** What all come to, with those that have no bar; null where a sum says nothing. */
  readonly total: number | null;
  /** How many have no bar. */
  readonly left: number;
}

// More bars are a table.
const mostBars = 8;

/** Who and what: the cost of models, their latency where there is no day to compare with, the calls of users. */
export function shareCharts({ by_model, by_user, by_day, totals }: Report): Chart[] {
  const models = { head: breakdowns.by_model.head, missing: breakdowns.by_model.missing };
  const cost = barsOf(by_model, models.missing, ({ cost_usd }) => cost_usd);
  const calls = barsOf(by_user, breakdowns.by_user.missing, ({ calls }) => calls);
  const slow = barsOf(by_model, models.missing, ({ latency_ms }) => latency_ms?.p95 ?? null);
  const charts = [
    {
      ...cost,
      id: "chart-models",
      title: "Cost by model",
      head: models.head,
      measure: "Cost",
      say: dollars,
      total: totals.cost_usd,
    },
    {
      ...calls,
      id: "chart-users",
      title: "Calls by user",
      head: breakdowns.by_user.head,
      measure: "Calls",
      say: count,
      total: totals.calls,
    },
    ...(by_day.rows.length > 1
      ? []
      : [
          {
            ...slow,
            id: "chart-latency",
            title: "Latency by model, p95",
            head: models.head,
            measure: "p95",
            say: duration,
            total: null,
          },
        ]),
  ];
  return charts.filter(({ bars }) => bars.length > 0).map(shareChart);
}

function barsOf(
  { rows, groups }: Breakdown,
  missing: string,
  measure: (row: Row) => number | null,
): Pick<Shares, "bars" | "left"> {
  const bars = rows
    .flatMap((row) => {
      const value = measure(row);
      return value === null ? [] : [{ name: said(row.key, missing), value }];
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, mostBars);
  return { bars, left: groups - bars.length };
}

function shareChart({ id, title, head, measure, bars, say, total, left }: Shares): Chart {
  const first = bars[0]!;
  const share = (value: number) => percent(total === null || total === 0 ? null : value / total);
  const of = total === null ? "" : `, ${share(first.value)} of ${say(total)}`;
  const more = left > 0 ? ` ${count(left)} more ${left === 1 ? "is" : "are"} in the tables below.` : "";
  const shares = total === null ? [] : [{ title: "Share", align: "right" as const }];
  return {
    id,
    title,
    sentence: `The most: ${textOfCell(first.name)} with ${say(first.value)}${of}.${more}`,
    table: {
      columns: [{ title: head }, { title: measure, align: "right" }, ...shares],
      rows: bars.map(({ name, value }) => [name, say(value), ...(total === null ? [] : [share(value)])]),
    },
    option: ({ width }) => ({
      grid: { left: roomFor(width) + 10, right: 72, top: 4, bottom: 4 },
      xAxis: { type: "value", show: false, min: 0 },
      yAxis: {
        type: "category",
        inverse: true,
        data: bars.map(({ name }) => fitted(visible(textOfCell(name)), roomFor(width))),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: ink.line } },
        axisLabel: { color: ink.strong, fontSize: 12, interval: 0 },
      },
      series: [
        {
          ...still,
          type: "bar",
          data: bars.map(({ value }) => value),
          itemStyle: { color: ink.main },
          barCategoryGap: "34%",
          label: {
            show: true,
            position: "right",
            color: ink.strong,
            fontSize: 12,
            formatter: ({ value }: { value: number }) => say(value),
          },
        },
      ],
    }),
  };
}

const roomFor = (width: number) => width * 0.4;

/** As much of a name as fits into so many pixels, in whichever font the page is shown: nobody can measure it here. */
function fitted(name: string, room: number): string {
  let left = room;
  for (const [index, character] of Array.from(name).entries()) {
    left -= character.codePointAt(0)! < 0x1100 ? 7.6 : 13;
    if (left < 0)
      return `${Array.from(name)
        .slice(0, Math.max(1, index - 1))
        .join("")}…`;
  }
  return name;
}

import type { AnswerKind } from "./answers.ts";
import type { BatchCost } from "./batch.ts";
import type { Row } from "./benchmark.ts";
import type { Round } from "./measure-case.ts";
import { type Spread, spreadOf } from "./statistics.ts";

interface Case {
  readonly answer: AnswerKind;
  readonly concurrency: 1 | 64;
}

const names: Readonly<Record<AnswerKind, string>> = { json: "JSON", stream: "stream" };
const limitsUs: Readonly<Record<AnswerKind, number>> = { json: 60, stream: 150 };

/** Rows for what was measured, each variant against the bare calls of its round. */
export function captureRows(withLatency: boolean): {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  add(what: Case, rounds: readonly Round[]): void;
} {
  const rows: Row[] = [];
  const latencyColumns = ["p50 ms", "p50 ratio [min-max]", "p99 ms", "p99 ratio [min-max]"];
  return {
    columns: [
      "answer",
      "at once",
      "calls",
      "CPU µs/call",
      "added µs/call [min-max]",
      ...(withLatency ? [] : ["limit"]),
      "CPU ratio [min-max]",
      ...(withLatency ? latencyColumns : []),
    ],
    rows,
    add(what, rounds) {
      const variants = [...rounds[0]!.keys()].filter((variant) => variant !== "bare");
      for (const variant of variants) {
        const against = (compare: (cost: BatchCost, bare: BatchCost) => number) =>
          spreadOf(rounds.map((round) => compare(round.get(variant)!, round.get("bare")!)));
        const median = (figure: keyof BatchCost) =>
          spreadOf(rounds.map((round) => round.get(variant)![figure])).median;
        const ratio = (figure: keyof BatchCost) => against((cost, bare) => cost[figure] / bare[figure]);
        const limited = !withLatency && variant === "audited" && what.concurrency === 64;
        const figures = {
          ...what,
          variant,
          rounds: rounds.length,
          cpu_us: median("cpuUs"),
          added_us: against((cost, bare) => cost.cpuUs - bare.cpuUs),
          limit_us: limited ? limitsUs[what.answer] : null,
          cpu_ratio: ratio("cpuUs"),
          p50_ms: median("p50Ms"),
          p50_ratio: ratio("p50Ms"),
          p99_ms: median("p99Ms"),
          p99_ratio: ratio("p99Ms"),
        };
        rows.push({ figures, cells: cellsOf(figures, withLatency) });
      }
    },
  };
}

function cellsOf(
  figures: Case & {
    readonly variant: string;
    readonly cpu_us: number;
    readonly added_us: Spread;
    readonly limit_us: number | null;
    readonly cpu_ratio: Spread;
    readonly p50_ms: number;
    readonly p50_ratio: Spread;
    readonly p99_ms: number;
    readonly p99_ratio: Spread;
  },
  withLatency: boolean,
): string[] {
  const before = [
    names[figures.answer],
    String(figures.concurrency),
    figures.variant,
    figures.cpu_us.toFixed(0),
    told(figures.added_us, 0),
  ];
  const ratio = told(figures.cpu_ratio, 2);
  if (!withLatency) return [...before, figures.limit_us === null ? "" : `≤ ${figures.limit_us}`, ratio];
  const { p50_ms, p50_ratio, p99_ms, p99_ratio } = figures;
  return [...before, ratio, p50_ms.toFixed(2), told(p50_ratio, 2), p99_ms.toFixed(2), told(p99_ratio, 2)];
}

function told({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
}

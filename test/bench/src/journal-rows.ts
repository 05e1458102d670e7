import type { BatchCost } from "./batch.ts";
import type { Row } from "./benchmark.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { WriterName } from "./writers.ts";

export const callersOf = [1, 64, 1024] as const;
type Callers = (typeof callersOf)[number];

/** So many callers of one writer, or the device with the bytes of so many lines at once. */
export type Case =
  | { readonly writer: Exclude<WriterName, "floor">; readonly callers: Callers }
  | { readonly writer: "floor"; readonly lines: Callers };

/** What each case cost in one round. */
export type JournalRound = Map<Case, BatchCost>;

const limits: Readonly<
  Record<Callers, { readonly perSecond: number | null; readonly floors: number | null }>
> = {
  1: { perSecond: null, floors: 1.5 },
  64: { perSecond: 40_000, floors: 6 },
  1024: { perSecond: 40_000, floors: null },
};

const names: Readonly<Record<Exclude<WriterName, "floor">, string>> = {
  journal: "journal: sealed, on the disk",
  "pino, fsync": "pino, fsync: on the disk",
  pino: "pino: in memory",
  appendFile: "hash chain, appendFile: in memory",
};

export const journalColumns = [
  "writer",
  "callers",
  "entries/s",
  "limit",
  "wait p50 ms",
  "p99 ms",
  "times the floor",
  "limit",
  "of pino, fsync",
  "CPU µs/entry",
];

export function nameOf(each: Case): string {
  return "lines" in each
    ? `floor: ${each.lines === 1 ? "a line" : `${each.lines} lines`}, fdatasync`
    : names[each.writer];
}

export function journalRows(rounds: readonly JournalRound[]): Row[] {
  const cases = [...rounds[0]!.keys()];
  const floor = cases.find((each) => "lines" in each && each.lines === 1)!;
  return cases.map((each) => {
    const figure = (of: (cost: BatchCost, round: JournalRound) => number) =>
      spreadOf(rounds.map((round) => of(round.get(each)!, round)));
    const lines = "lines" in each ? each.lines : 1;
    const perSecond = figure(({ perSecond }) => perSecond * lines);
    const p50 = figure(({ p50Ms }) => p50Ms);
    const p99 = figure(({ p99Ms }) => p99Ms);
    const floors = figure(({ p50Ms }, round) => p50Ms / round.get(floor)!.p50Ms);
    const cpuUs = figure((cost) => cost.cpuUs / lines);
    const same = cases.find(
      (other) => other.writer === "pino, fsync" && "callers" in each && other.callers === each.callers,
    );
    const ofPino = same ? figure((cost, round) => cost.perSecond / round.get(same)!.perSecond) : null;
    const limit = each.writer === "journal" ? limits[each.callers] : null;
    return {
      figures: {
        ...each,
        rounds: rounds.length,
        per_second: perSecond,
        limit_per_second: limit?.perSecond ?? null,
        p50_ms: p50,
        p99_ms: p99,
        times_floor: floors,
        limit_times_floor: limit?.floors ?? null,
        of_pino_fsync: ofPino,
        cpu_us: cpuUs,
      },
      cells: [
        nameOf(each),
        "callers" in each ? String(each.callers) : "",
        told(perSecond, 0),
        limit?.perSecond ? `≥ ${limit.perSecond}` : "",
        told(p50, 2),
        told(p99, 2),
        told(floors, 1),
        limit?.floors ? `≤ ${limit.floors}` : "",
        ofPino ? told(ofPino, 1) : "",
        told(cpuUs, 1),
      ],
    };
  });
}

function told({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
}

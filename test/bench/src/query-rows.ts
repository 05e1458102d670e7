import type { Row } from "./benchmark.ts";
import type { WrittenMonth } from "./month.ts";
import type { ReaderAnswer, ReaderQuestion } from "./question-reader.ts";
import { type Spread, spreadOf } from "./statistics.ts";

export interface QueryCase extends Pick<ReaderQuestion, "how" | "what"> {
  readonly of: "journal" | "archives" | "lake";
  /** How many times the node loop. */
  readonly limit: number | null;
}

export type QueryRound = Map<QueryCase, ReaderAnswer>;

export const queryColumns = [
  "what",
  "of",
  "how",
  "s",
  "GB/s",
  "CPU s",
  "times node loop",
  "limit",
  "resident MB",
];
const limitMb = 600;

/** @throws Error when two ways found something else: what is fast and wrong is no reading */
export function queryRows(
  rounds: readonly QueryRound[],
  jq: Readonly<Record<"filter" | "report", readonly number[]>>,
  { bytes }: WrittenMonth,
): Row[] {
  const cases = [...rounds[0]!.keys()];
  const rows = cases.map((each) => {
    const loop = cases.find(
      ({ what, how, of }) => what === each.what && how === "node loop" && of === "journal",
    )!;
    for (const round of rounds) same(round.get(each)!.found, round.get(loop)!.found, each);
    const measured = (figure: (answer: ReaderAnswer, round: QueryRound) => number) =>
      spreadOf(rounds.map((round) => figure(round.get(each)!, round)));
    const wall = measured(({ wallMs }) => wallMs / 1e3);
    const speed = measured(({ wallMs }) => bytes / wallMs / 1e6);
    const cpu = measured(({ cpuMs }) => cpuMs / 1e3);
    const times = measured(({ wallMs }, round) => round.get(loop)!.wallMs / wallMs);
    const resident = measured(({ residentMb }) => residentMb);
    const { what, of, how, limit } = each;
    const isOurs = how === "product";
    return {
      figures: {
        what,
        of,
        how,
        rounds: rounds.length,
        seconds: wall,
        gb_per_s: speed,
        cpu_seconds: cpu,
        times_node_loop: times,
        limit_times: limit,
        resident_mb: resident,
        limit_mb: isOurs ? limitMb : null,
      },
      cells: [
        what,
        of,
        how,
        told(wall, 2),
        told(speed, 2),
        cpu.median.toFixed(1),
        told(times, 1),
        limit === null ? "" : `≥ ${limit}`,
        `${Math.round(resident.max)}${isOurs ? ` (≤ ${limitMb})` : ""}`,
      ],
    };
  });
  return [...rows, ...(["filter", "report"] as const).map((what) => jqRow(what, jq[what]))];
}

/** An end that was presumed and came after all counts for the product alone: that is one in thousands. */
function same(found: number, inLoop: number, { what, how, of }: QueryCase): void {
  if (Math.abs(found - inLoop) > Math.max(3, inLoop / 100))
    throw new Error(`${how} found ${found} in the ${of} for the ${what}, and the node loop ${inLoop}.`);
}

function jqRow(what: string, speeds: readonly number[]): Row {
  const speed = speeds.length > 0 ? spreadOf(speeds) : null;
  return {
    figures: { what, of: "journal", how: "jq", found: speed !== null, gb_per_s: speed },
    cells: [what, "journal", "jq", "", speed ? told(speed, 3) : "NOT FOUND: there is no jq on this machine"],
  };
}

function told({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
}

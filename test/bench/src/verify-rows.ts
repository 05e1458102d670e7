import type { Row } from "./benchmark.ts";
import type { SealedJournal } from "./sealed-journal.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { ReadingCost, Way } from "./verifier.ts";

/** A way to read a journal, as the table names it. */
export interface Reading {
  readonly name: string;
  readonly threads: number;
  /** In GB a second. */
  readonly limit: number | null;
  readonly way: Way;
}

/** What each way cost in one round, and of which journal. */
export type VerifyRound = Map<Reading, { readonly cost: ReadingCost; readonly journal: SealedJournal }>;

export const verifyColumns = [
  "what is read",
  "threads",
  "GB/CPU s",
  "GB/s",
  "limit",
  "CPU µs/line",
  "of OpenSSL",
  "times restringify",
  "times one thread",
];

export function verifyRows(
  rounds: readonly VerifyRound[],
  openssl: readonly number[],
  { bytes, lines }: SealedJournal,
): Row[] {
  const readings = [...rounds[0]!.keys()];
  const naive = readings.find(({ way }) => way.how === "restringify")!;
  const fastest = openssl.length > 0 ? spreadOf(openssl.map((speed) => speed / 1e9)) : null;
  const rows = readings.map((reading) => {
    const { name, threads, limit, way } = reading;
    const each = (figure: (round: VerifyRound) => number) => spreadOf(rounds.map(figure));
    const gbPerCpuS = each((round) => speedOf(round, reading, "cpuMs"));
    const gbPerS = each((round) => speedOf(round, reading, "wallMs"));
    const cpuUs = each((round) => (bytes / lines / speedOf(round, reading, "cpuMs")) * 1e-3);
    const ofOpenssl = fastest && gbPerCpuS.median / fastest.median;
    const timesNaive = each((round) => speedOf(round, reading, "cpuMs") / speedOf(round, naive, "cpuMs"));
    const single = threads > 1 && readings.find((other) => other.name === name && other.threads === 1);
    const timesSingle =
      single && each((round) => speedOf(round, reading, "wallMs") / speedOf(round, single, "wallMs"));
    return {
      figures: {
        name,
        threads,
        ...way,
        rounds: rounds.length,
        gb_per_cpu_s: gbPerCpuS,
        gb_per_s: gbPerS,
        limit_gb_per_s: limit,
        cpu_us_per_line: cpuUs,
        of_openssl: ofOpenssl,
        times_restringify: timesNaive,
        times_one_thread: timesSingle || null,
      },
      cells: [
        name,
        String(threads),
        told(gbPerCpuS, 3),
        told(gbPerS, 3),
        limit === null ? (single ? "≥ 1.8 times" : "") : `≥ ${limit}`,
        told(cpuUs, 2),
        ofOpenssl === null ? "?" : `${(100 * ofOpenssl).toFixed(0)} %`,
        told(timesNaive, 1),
        timesSingle ? told(timesSingle, 2) : "",
      ],
    };
  });
  return [...rows, opensslRow(fastest, bytes / lines)];
}

/** In GB a second. */
function speedOf(round: VerifyRound, reading: Reading, time: "wallMs" | "cpuMs"): number {
  const { cost, journal } = round.get(reading)!;
  return journal.bytes / cost[time] / 1e6;
}

function opensslRow(speed: Spread | null, bytes: number): Row {
  const name = "openssl speed -evp sha256";
  return {
    figures: { name, found: speed !== null, block_bytes: Math.round(bytes), gb_per_cpu_s: speed },
    cells: speed
      ? [name, "1", told(speed, 3), "", "", ((bytes / speed.median) * 1e-3).toFixed(2), "100 %"]
      : [
          name,
          "",
          "NOT FOUND: the program openssl is not on this machine, so that nothing is compared with it",
        ],
  };
}

function told({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
}

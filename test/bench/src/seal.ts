import type { Benchmark, Row, RunOptions } from "./benchmark.ts";
import { startChild } from "./child.ts";
import { opensslSpeed } from "./openssl.ts";
import { realEntry } from "./real-entry.ts";
import type { Work, WorkCost } from "./sealer.ts";
import { type Spread, spreadOf } from "./statistics.ts";

const commits = [1, 8, 64] as const;
/** Of an entry in a commit of 64, its share of the signature included. */
const limitUs = 25;

/** CPU time in one round, in microseconds for each entry or signature. */
interface Round {
  readonly sealed: ReadonlyMap<number, WorkCost>;
  readonly sign: number;
  readonly restringify: number;
  /** Of a line's bytes; null without the program. */
  readonly openssl: number | null;
}

export const seal: Benchmark = {
  purpose:
    "What it takes to seal an entry, alone and in a commit of 64, with and without its share of the signature.",
  async run(options) {
    const rounds = await measure(options);
    const openssl = rounds.flatMap((round) => round.openssl ?? []);
    return [
      {
        title: `Sealing an entry of ${Math.round(rounds[0]!.sealed.get(64)!.lineBytes)} bytes`,
        columns: [
          "entries a commit",
          "CPU µs/entry",
          "limit",
          "of it signature",
          "without it",
          "times OpenSSL",
          "of restringify",
        ],
        rows: [
          ...commits.map((commit) => sealRow(commit, rounds)),
          {
            ...figureRow(
              "restringify and SHA-256",
              rounds.map(({ restringify }) => restringify),
            ),
          },
          openssl.length > 0
            ? figureRow("openssl speed -evp sha256", openssl)
            : {
                figures: { name: "openssl speed -evp sha256", found: false },
                cells: [
                  "openssl NOT FOUND: the program is not on this machine, so that nothing is compared with it",
                ],
              },
        ],
        note:
          "CPU time of the process, median [min to max] of the rounds: the canonical form, the hash of the leaf, the root after each " +
          "entry, the lines as bytes, and one Ed25519 signature a commit; without the disk. " +
          `Limit: ${limitUs} µs for an entry of a commit of 64. "restringify" is JSON.stringify, JSON.parse, the reference ` +
          "implementation of RFC 8785 and one SHA-256, without a tree and a signature; OpenSSL hashes the bytes of a line.",
      },
    ];
  },
};

async function measure({ quick, progress }: RunOptions): Promise<Round[]> {
  progress("recording an entry");
  const child = startChild("sealer", await realEntry());
  const times = quick ? 64 : 4096;
  const ask = (work: Work) => child.ask<WorkCost>({ work, times });
  const rounds: Round[] = [];
  try {
    // The first rounds are not counted: in them the code is compiled.
    for (let round = quick ? 0 : -3; round < (quick ? 1 : 9); round += 1) {
      progress(`round ${round + 1}`);
      const sealed = new Map<number, WorkCost>();
      for (const commit of commits) sealed.set(commit, await ask({ how: "seal", commit }));
      const sign = (await ask({ how: "sign" })).cpuUs;
      const restringify = (await ask({ how: "restringify" })).cpuUs;
      if (round < 0) continue;
      const lineBytes = Math.round(sealed.get(64)!.lineBytes);
      const speed = await opensslSpeed(lineBytes);
      rounds.push({ sealed, sign, restringify, openssl: speed && (lineBytes / speed) * 1e6 });
    }
    return rounds;
  } finally {
    await child.end();
  }
}

function sealRow(commit: (typeof commits)[number], rounds: readonly Round[]): Row {
  const each = (figure: (cpuUs: number, round: Round) => number) =>
    spreadOf(rounds.map((round) => figure(round.sealed.get(commit)!.cpuUs, round)));
  const cpuUs = each((cost) => cost);
  const signature = each((_, { sign }) => sign / commit);
  const unsigned = each((cost, { sign }) => cost - sign / commit);
  const timesOpenssl = rounds.every(({ openssl }) => openssl !== null)
    ? each((cost, { openssl }) => cost / openssl!)
    : null;
  const ofRestringify = each((cost, { restringify }) => cost / restringify);
  const limit = commit === 64 ? limitUs : null;
  return {
    figures: {
      commit,
      rounds: rounds.length,
      cpu_us: cpuUs,
      limit_us: limit,
      signature_us: signature,
      unsigned_us: unsigned,
      times_openssl: timesOpenssl,
      of_restringify: ofRestringify,
    },
    cells: [
      String(commit),
      told(cpuUs, 1),
      limit === null ? "" : `≤ ${limit}`,
      told(signature, 1),
      told(unsigned, 1),
      timesOpenssl ? told(timesOpenssl, 1) : "?",
      told(ofRestringify, 2),
    ],
  };
}

function figureRow(name: string, values: readonly number[]): Row {
  const spread = spreadOf(values);
  return { figures: { name, found: true, cpu_us: spread }, cells: [name, told(spread, 1)] };
}

function told({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark, RunOptions, Section } from "./benchmark.ts";
import { startChild } from "./child.ts";
import { opensslSpeed } from "./openssl.ts";
import { realEntry } from "./real-entry.ts";
import { type SealedJournal, writeSealedJournal } from "./sealed-journal.ts";
import type { ReadingCost, Way } from "./verifier.ts";
import { type Reading, type VerifyRound, verifyColumns, verifyRows } from "./verify-rows.ts";

const sampled = { how: "verify", signatures: "sampled" } as const;
const readings: readonly Reading[] = [
  {
    name: "leaves and signed roots",
    threads: 1,
    limit: 0.3,
    way: { ...sampled, roots: "signed", workers: 1 },
  },
  {
    name: "leaves and signed roots",
    threads: 2,
    limit: null,
    way: { ...sampled, roots: "signed", workers: 2 },
  },
  { name: "every chain_hash", threads: 1, limit: 0.1, way: { ...sampled, roots: "every", workers: 1 } },
  { name: "every chain_hash", threads: 2, limit: null, way: { ...sampled, roots: "every", workers: 2 } },
];
/** What takes long is read from a smaller journal of the same lines. */
const onPart: readonly Reading[] = [
  {
    name: "every chain_hash and signature",
    threads: 1,
    limit: null,
    way: { how: "verify", roots: "every", signatures: "every", workers: 1 },
  },
  { name: "parse, restringify, SHA-256", threads: 1, limit: null, way: { how: "restringify" } },
  { name: "SHA-256 of the files, streamed", threads: 1, limit: null, way: { how: "sha256" } },
];

const megabyte = 1e6;

export const verify: Benchmark = {
  purpose:
    "How fast a journal of 600 MB is verified, beside OpenSSL's SHA-256 and a verifier that parses each line.",
  async run(options) {
    const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
    try {
      return [await section(directory, options)];
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

async function section(directory: string, { quick, progress }: RunOptions): Promise<Section> {
  progress("sealing a journal");
  const entry = await realEntry();
  // Threads are worth it from 16 MiB on.
  const days = quick ? { days: 2, bytesPerDay: 9 * megabyte } : { days: 10, bytesPerDay: 60 * megabyte };
  const whole = writeSealedJournal(join(directory, "whole"), entry, { ...days, commit: 64 });
  const small = { days: 2, bytesPerDay: (quick ? 0.2 : 20) * megabyte };
  const part = writeSealedJournal(join(directory, "part"), entry, { ...small, commit: 64 });
  const sizes = { whole, part };
  const cases = [
    ...readings.map((reading) => ({ reading, of: "whole" as const })),
    ...onPart.map((reading) => ({ reading, of: "part" as const })),
  ];
  const rounds: VerifyRound[] = [];
  const openssl: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round += 1) {
    const costs: VerifyRound = new Map();
    for (const { reading, of } of cases) {
      progress(`round ${round + 1}: ${reading.name}, ${reading.threads} thread(s)`);
      const cost = await measure(join(directory, of), reading.way, sizes[of]);
      costs.set(reading, { cost, journal: sizes[of] });
    }
    rounds.push(costs);
    const speed = await opensslSpeed(Math.round(whole.bytes / whole.lines));
    if (speed !== null) openssl.push(speed);
  }
  return {
    title: `Verification of ${Math.round(whole.bytes / megabyte)} MB, ${whole.lines} lines, ${days.days} days`,
    columns: verifyColumns,
    rows: verifyRows(rounds, openssl, whole),
    note:
      `Median [min to max] of the rounds; each reading in a new process, of files in memory. One of 64 lines is signed, and of these ` +
      `signatures one in 256 is checked, but for "every". "GB/CPU s" is by the CPU time of all threads, as OpenSSL measures too; ` +
      `"GB/s" by the clock. OpenSSL hashes blocks of a line's size. The last three are read from ${(part.bytes / megabyte).toFixed(1)} MB. ` +
      "Limits: one thread 0.3 GB/s, with every chain_hash 0.1; two threads 1.8 times that, where two processors are free.",
  };
}

/** In a process of its own, as the command is: that the code is compiled first belongs to it. */
async function measure(directory: string, way: Way, { lines }: SealedJournal): Promise<ReadingCost> {
  const child = startChild("verifier", {});
  const cost = await child.ask<ReadingCost>({ directory, way }).finally(() => child.end());
  // What reads nothing is the fastest of all.
  if (way.how !== "sha256" && cost.lines !== lines)
    throw new Error(`Of ${lines} lines, ${cost.lines} were read (${way.how}).`);
  return cost;
}

import type { BreakingResult } from "./breaking.ts";
import { programs } from "./programs.ts";
import { Seeded } from "./seeded.ts";
import { World } from "./world.ts";

export interface RunOptions {
  readonly seed: number;
  /** @default what the program says for quick or full */
  readonly rounds?: number;
  readonly full: boolean;
  readonly keep: boolean;
}

export async function runProgram(name: string, { seed, full, keep, ...options }: RunOptions) {
  const program = programs[name]!;
  const rounds = options.rounds ?? (full ? program.rounds.full : program.rounds.quick);
  const begun = performance.now();
  const missing: string[] = [];
  await using world = await World.make({ keep });
  const attempts = await program.run({
    world,
    random: new Seeded(seed),
    rounds,
    progress: (text) => progress(`${name}: ${text}`),
    notTried: (what) => missing.push(what),
  });
  progress("");
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  if (keep) console.error(`Kept in ${world.directory}`);
  return { name, seed, rounds, seconds, attempts, notTried: missing } satisfies BreakingResult;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

import type { Seeded } from "./seeded.ts";
import type { World } from "./world.ts";

/** One thing that was done to the product, and what came of it: a row of the table in docs/guarantees.md. */
export interface Attempt {
  readonly what: string;
  readonly times: number;
  readonly survived: string;
  /** What was lost, and where it is counted. */
  readonly lost: string;
  /** What must not be. None, when the promise held. */
  readonly violations: readonly string[];
}

export interface BreakingRun {
  readonly world: World;
  readonly random: Seeded;
  /** How much to try; what one round is, the program says. */
  readonly rounds: number;
  readonly progress: (text: string) => void;
  /** Says what was not tried, and why. In CI, that fails the run. */
  readonly notTried: (what: string) => void;
}

/** A program that tries to break what the product promises. */
export interface Breaking {
  /** One sentence. */
  readonly purpose: string;
  /** What one round is. */
  readonly round: string;
  /** `quick` is what the gate runs; `full` is what the table shows. */
  readonly rounds: { readonly quick: number; readonly full: number };
  run(run: BreakingRun): Promise<Attempt[]>;
}

/** What a run of a program leaves: what the table is made of. */
export interface BreakingResult {
  readonly name: string;
  readonly seed: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly attempts: readonly Attempt[];
  readonly notTried: readonly string[];
}

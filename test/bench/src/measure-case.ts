import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJournal } from "@openrouter-audit/core";
import type { BatchCost, BatchSize } from "./batch.ts";
import type { CallerSetting } from "./caller.ts";
import { type Child, startChild } from "./child.ts";
import { type Peer, peers } from "./peers.ts";

export type Variant = "bare" | "in a context" | "audited" | "bare again" | Peer;

/** What each variant cost in one round. */
export type Round = ReadonlyMap<Variant, BatchCost>;

export interface Effort {
  /** How often to begin with new processes: two of the same program differ for as long as they live. */
  readonly generations: number;
  /** Rounds of each generation that are not counted. Made 64 at once, so that no row is measured colder than another. */
  readonly warmUps: number;
  /** Rounds of each generation that are. */
  readonly rounds: number;
}

/** Runs all variants round by round, each in its own process, one at a time and each round in another order. */
export async function measureCase(
  setting: Omit<CallerSetting, "journal" | "peer" | "inContext">,
  size: BatchSize,
  warmUp: BatchSize,
  { generations, warmUps, rounds }: Effort,
): Promise<Round[]> {
  // Tracing SDKs look at clients, not at fetch.
  const others: readonly Variant[] = setting.server === null ? [] : peers;
  const variants: readonly Variant[] = ["bare", "in a context", "audited", "bare again", ...others];
  const measured: Round[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const journal = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
    const children = variants.map((variant) => {
      const peer = peers.find((each) => each === variant) ?? null;
      return startChild("caller", {
        ...setting,
        peer,
        journal: variant === "audited" ? journal : null,
        inContext: variant === "in a context",
      });
    });
    try {
      for (let round = 0; round < warmUps + rounds; round++) {
        const costs = await runRound(variants, children, round < warmUps ? warmUp : size, generation + round);
        if (round >= warmUps) measured.push(costs);
      }
      await Promise.all(children.map((child) => child.end()));
      await checkRecorded(journal, warmUp.calls * warmUps + size.calls * rounds);
    } finally {
      await Promise.all(children.map((child) => child.end()));
      rmSync(journal, { recursive: true });
    }
  }
  return measured;
}

async function runRound(
  variants: readonly Variant[],
  children: readonly Child[],
  size: BatchSize,
  rotation: number,
): Promise<Round> {
  const costs: BatchCost[] = [];
  for (const place of variants.keys()) {
    const index = (place + rotation) % variants.length;
    costs[index] = await children[index]!.ask<BatchCost>(size);
  }
  return new Map(variants.map((variant, index) => [variant, costs[index]!]));
}

/** An audit that records nothing would be the fastest of all. */
async function checkRecorded(journal: string, calls: number): Promise<void> {
  let recorded = 0;
  for await (const entry of readJournal(journal)) {
    if (entry.event_type === "chat_completion" && entry.status === "success" && entry.response_hash)
      recorded += 1;
  }
  if (recorded !== calls)
    throw new Error(`Of ${calls} audited calls, ${recorded} were recorded as they should.`);
}

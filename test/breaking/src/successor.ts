import { setTimeout as wait } from "node:timers/promises";
import { AuditLog } from "@openrouter-audit/core";
import { journalFacts } from "./journal-facts.ts";
import { unknowns } from "./judge.ts";
import { secret } from "./world.ts";

type Mode = "best_effort" | "recorded" | "write_ahead";

/** The next process that opens the journal: it says of each start that nobody ended what became of it. */
export async function succeed(directory: string, mode: Mode): Promise<void> {
  const audit = new AuditLog({ directory, secret, guarantee: mode });
  const until = Date.now() + 60_000;
  while (mode === "write_ahead" && Date.now() < until) {
    const begun = performance.now();
    if (openStarts(directory) === 0) break;
    // It works in this process, in the background: looking must not keep it from that.
    await wait(10 + 3 * (performance.now() - begun));
  }
  await audit.close();
}

/** The one after that has nothing left to say. @returns what it said all the same */
export async function succeedAgain(directory: string, mode: Mode): Promise<string[]> {
  if (mode !== "write_ahead") return [];
  const before = unknowns(journalFacts(directory)).length;
  const audit = new AuditLog({ directory, secret, guarantee: mode });
  await audit.flush();
  await audit.close();
  const again = unknowns(journalFacts(directory)).length - before;
  return again > 0 ? [`${again} calls became unknown again at the next start`] : [];
}

function openStarts(directory: string): number {
  const { starts, ends } = journalFacts(directory);
  return [...starts.keys()].filter((call) => !ends.has(call)).length;
}

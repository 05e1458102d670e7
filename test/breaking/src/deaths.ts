import { setTimeout as wait } from "node:timers/promises";
import type { AuditLogOptions } from "@openrouter-audit/core";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallerProcess } from "./caller-process.ts";
import type { Death } from "./caller-setting.ts";
import { judge, unknowns } from "./judge.ts";
import { succeed, succeedAgain } from "./successor.ts";
import type { World } from "./world.ts";

type Mode = "recorded" | "write_ahead";
const modes: readonly Mode[] = ["recorded", "write_ahead"];
const deaths = ["kill", "signal", "throw", "exit", "end"] as const;

interface Count {
  deaths: number;
  rounds: number;
  answered: number;
  seen: number;
  entries: number;
  unknown: number;
  unrecorded: number;
  unclosed: number;
  torn: number;
  byKind: Map<string, number>;
  violations: string[];
}

/** Processes that die in every way there is, alone and together, and what is left of what they did. */
export const deathsOfProcesses: Breaking = {
  purpose: "Processes end in every way there is, one to eight at a time, again and again.",
  round: "one death",
  rounds: { quick: 24, full: 1000 },
  async run({ world, random, rounds, progress }: BreakingRun): Promise<Attempt[]> {
    const counts = new Map(modes.map((mode) => [mode, emptyCount()]));
    let died = 0;
    let place = 0;
    while (died < rounds) {
      const mode = modes[place % modes.length]!;
      place += 1;
      const count = counts.get(mode)!;
      const directory = world.path(`deaths-${mode}`);
      const files = random.one(["shared", "per_process"] as const);
      const generations = random.between(1, 3);
      const callers: CallerProcess[] = [];
      for (let generation = 0; generation < generations && died < rounds; generation += 1) {
        const writers = Math.min(random.between(1, 8), rounds - died);
        const now = Array.from({ length: writers }, (_, writer) => {
          const how = random.one(deaths);
          count.byKind.set(how, (count.byKind.get(how) ?? 0) + 1);
          return startMortal(
            world,
            `d${place}.${generation}.${writer}`,
            { directory, guarantee: mode, files },
            how,
            {
              afterAnswers: random.between(1, 12),
              signal: random.one(["SIGKILL", "SIGTERM"] as const),
              closesOnSignals: random.next() < 0.5,
              afterMs: random.between(0, 150),
              concurrency: random.between(1, 8),
            },
          );
        });
        await Promise.all(now.map((caller) => caller.gone));
        died += writers;
        callers.push(...now);
        progress(`${died} of ${rounds} deaths`);
      }
      await succeed(directory, mode);
      const { facts, violations, verdicts } = await judge(world, directory, callers, { guarantee: mode });
      count.violations.push(...violations.map((text) => `round ${place}: ${text}`));
      count.violations.push(
        ...(await succeedAgain(directory, mode)).map((text) => `round ${place}: ${text}`),
      );
      count.deaths += callers.length;
      count.rounds += 1;
      count.entries += facts.ends.size;
      count.unknown += unknowns(facts).length;
      count.unclosed += verdicts.get("UNCLOSED") ?? 0;
      count.torn += facts.fragments;
      for (const caller of callers) {
        const seen = await world.seen(caller);
        count.answered += caller.named("answered").length;
        count.seen += seen.length;
        count.unrecorded += seen.filter((call) => !facts.ends.has(call)).length;
      }
    }
    return modes.map((mode) => attemptOf(mode, counts.get(mode)!));
  },
};

interface Fate {
  readonly afterAnswers: number;
  readonly signal: "SIGKILL" | "SIGTERM";
  readonly closesOnSignals: boolean;
  readonly afterMs: number;
  readonly concurrency: number;
}

function startMortal(
  world: World,
  name: string,
  audit: AuditLogOptions,
  how: Death | "signal",
  { afterAnswers, signal, closesOnSignals, afterMs, concurrency }: Fate,
): CallerProcess {
  const fromOutside = how === "signal";
  const caller = world.start({
    name,
    audit,
    closesOnSignals,
    ...(how !== "signal" && { death: { how, afterAnswers } }),
    // Who ends for want of work has made all its calls; who is ended is in the middle of them.
    calls: { count: how === "end" ? afterAnswers : 100_000, concurrency },
  });
  if (fromOutside)
    void caller
      .until("ready")
      .then(() => wait(afterMs))
      .then(() => caller.signal(signal));
  return caller;
}

function emptyCount(): Count {
  return {
    deaths: 0,
    rounds: 0,
    answered: 0,
    seen: 0,
    entries: 0,
    unknown: 0,
    unrecorded: 0,
    unclosed: 0,
    torn: 0,
    byKind: new Map(),
    violations: [],
  };
}

function attemptOf(mode: Mode, count: Count): Attempt {
  const kinds = [...count.byKind].map(([kind, times]) => `${kind} ${times}`).join(", ");
  const kept = `${count.answered} answered calls of ${count.seen} that upstream saw: each has its entry`;
  const ahead = `; each of the ${count.seen} has its start, and ${count.unknown} without an end became \`unknown\`, once each`;
  return {
    what: `\`${mode}\`: deaths of one to eight writers at a time, on shared files and on files of their own (${kinds})`,
    times: count.deaths,
    survived: `${kept}${mode === "write_ahead" ? ahead : ""}; ${count.unclosed} logs unclosed, ${count.torn} lines torn, nothing worse`,
    lost:
      mode === "write_ahead"
        ? "nothing"
        : `${count.unrecorded} calls under way, whose callers got no answer: what \`recorded\` does not promise`,
    violations: count.violations,
  };
}

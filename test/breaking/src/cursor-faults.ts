import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Attempt, Breaking, BreakingRun } from "./breaking.ts";
import type { CallTotals } from "./caller-setting.ts";
import { deliveredIn, undelivered } from "./delivered.ts";
import { type FaultedCall, Faults } from "./faults.ts";
import { judgeSeal } from "./judge.ts";

const errors = ["ENOSPC", "EIO", "EROFS", "EMFILE", "EDQUOT"] as const;
const calls = ["open", "write", "sync", "rename"] as const satisfies readonly FaultedCall[];
const faults = calls.flatMap((call) => errors.map((error) => ({ call, error })));
const callsMade = 10;

/** A disk that does not take the cursor of the delivery, while the sink and the journal are well. */
export const cursorFaults: Breaking = {
  purpose: "A disk that does not take the cursor of the delivery: at write, fsync, open and rename.",
  round: "one error at one call, for a while",
  rounds: { quick: 5, full: faults.length },
  async run({ world, random, rounds, progress, notTried }: BreakingRun): Promise<Attempt[]> {
    if (!Faults.under(world, world.path("unused"))) {
      notTried("errors of the cursor: there is no gcc");
      return [];
    }
    const chosen =
      rounds >= faults.length ? faults : Array.from({ length: rounds }, () => random.one(faults));
    const violations: string[] = [];
    const directory = world.path("cursor");
    const injected = Faults.under(world, join(directory, "delivery"))!;
    const sink = {
      name: "well",
      path: world.path("sink.jsonl"),
      weather: world.path("weather.json"),
      entries: 4,
    };
    const setting = { name: "u", audit: { directory }, sinks: [sink] };
    let caller = world.start(setting, { env: injected.env });
    await caller.until("ready");
    let answered = 0;
    let killed = 0;
    for (const [place, { call, error }] of chosen.entries()) {
      progress(`${error} at ${call}`);
      const say = (text: string) => violations.push(`${error} at ${call}: ${text}`);
      injected.set({ call, action: `errno=${constants.errno[error]}` });
      const totals = await caller.ask<CallTotals>({
        do: "calls",
        order: { count: callsMade, concurrency: 2 },
      });
      if (totals.answered !== callsMade)
        say(`${callsMade - totals.answered} calls were not answered because of it`);
      answered += totals.answered;
      await wait(100);
      if (random.next() < 0.3) {
        // What the cursor does not say is delivered again.
        caller.signal("SIGKILL");
        await caller.gone;
        killed += 1;
      }
      injected.set();
      if (caller.hasGone) {
        caller = world.start({ ...setting, name: `u${place}` }, { env: injected.env });
        await caller.until("ready");
      }
      if (!(await untilDelivered(directory, sink.path))) say("not everything was delivered within 20 s");
    }
    await caller.ask({ do: "close" });
    await caller.end();
    violations.push(...(await judgeSeal(directory, false)).violations);
    const delivered = deliveredIn(sink.path);
    const once = new Set(delivered).size;
    return [
      {
        what: `${errors.join(", ")} at ${calls.join(", ")} of the cursor of a sink that is well, and deaths meanwhile (LD_PRELOAD)`,
        times: chosen.length,
        survived: `all ${answered} calls were answered; ${once} entries delivered, also after ${killed} deaths`,
        lost: `nothing; ${delivered.length - once} came twice`,
        violations,
      },
    ];
  },
};

async function untilDelivered(directory: string, path: string): Promise<boolean> {
  for (const until = Date.now() + 20_000; Date.now() < until; await wait(20))
    if (undelivered(directory, path).length === 0) return true;
  return false;
}
